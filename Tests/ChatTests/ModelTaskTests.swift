import LLM
import Testing

/// Which order of models a message gets.
@Suite struct ModelTaskTests {
    @Test(arguments: [
        ("How is bitcoin?", ModelTask.chat), ("Please ANALYZE deeply what happened", .tools),
        ("calculate 3 % of 40", .tools), ("Which tools do you have?", .tools), ("Explain why it fell.", .explain),
        ("explain it, why not", .chat), ("analyze it deeply", .chat), ("recalculated", .chat), ("", .chat),
    ])
    func `words decide whom to ask first`(message: String, task: ModelTask) {
        #expect(ModelTask.chatTask(of: message) == task)
    }
}

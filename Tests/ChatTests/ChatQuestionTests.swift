import Chat
import Testing

/// Which questions are asked for the meaning of a word, and so have the same answer later.
@Suite struct ChatQuestionTests {
    private static let symbols: Set<String> = ["BTC", "SOL", "SLP"]

    @Test(arguments: [
        "What is RSI?", "what's a stop loss", "Explain impermanent loss.", "define slippage",
        "What are perpetual futures?",
        "What does FOMO mean?", "meaning of   HODL", "WHAT IS STAKING", "What is the fear and greed index?",
        "explain what a 51% attack is", "What are gas fees in crypto?", "what is an ERC-20",
    ])
    func `the meaning of a word is the same tomorrow`(message: String) {
        #expect(ChatQuestion.asksForTerm(message, symbols: Self.symbols))
    }

    @Test(arguments: [
        "", "RSI", "What is BTC?", "what is sol", "What is the price of gold?", "What is happening?", "Explain it",
        "What is the RSI now?", "What should I buy?", "What is 2 times 3", "What is RSI? And what is MACD?",
        "Explain why it fell", "What is $PEPE", "Tell me about RSI", "What are you?", "Explain your last answer",
        "What is the best exchange", "explain how the whole thing with margin calls and liquidations came about",
        "What is bitcoin at?", "What is bitcoin's value?", "What is BTCUSD?", "What is the trend?",
        "What are the win rates?",
        "What is the time?", "Explain the crash", "What is", "what is the", "What is RSI of ETH?", "What is slp?",
    ])
    func `everything else may have another answer tomorrow`(message: String) {
        #expect(!ChatQuestion.asksForTerm(message, symbols: Self.symbols))
    }
}

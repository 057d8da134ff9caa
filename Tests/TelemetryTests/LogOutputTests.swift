import Glibc
import Telemetry
import Testing

struct LogOutputTests {
    private let stream = DescriptorFacts(device: 8, inode: 1234, isTerminal: false)
    private let terminal = DescriptorFacts(device: 5, inode: 3, isTerminal: true)

    @Test func `the journal is used only when standard error is the announced stream`() {
        func choice(_ announced: String?) -> LogOutput {
            LogOutput.choose(
                .auto,
                environment: announced.map { ["JOURNAL_STREAM": $0] } ?? [:],
                standardError: stream
            )
        }
        #expect(choice("8:1234") == .journal)
        #expect(choice("8:1235") == .json, "inherited from another service")
        #expect(choice("9:1234") == .json)
        #expect(choice("8:1234:1") == .json)
        #expect(choice("x") == .json)
        #expect(choice(nil) == .json)
    }

    @Test func `a terminal gets text and colours unless they are not wanted`() {
        func choice(_ environment: [String: String]) -> LogOutput {
            LogOutput.choose(.auto, environment: environment, standardError: terminal)
        }
        #expect(choice([:]) == .text(colours: true))
        #expect(choice(["NO_COLOR": ""]) == .text(colours: true), "an empty value means nothing")
        #expect(choice(["NO_COLOR": "1"]) == .text(colours: false))
        #expect(choice(["TERM": "dumb"]) == .text(colours: false))
    }

    @Test func `a configured form wins and text into a pipe has no colours`() {
        #expect(LogOutput.choose(.text, environment: [:], standardError: stream) == .text(colours: false))
        #expect(LogOutput.choose(.json, environment: [:], standardError: terminal) == .json)
        #expect(LogOutput.choose(.journal, environment: [:], standardError: terminal) == .journal)
    }

    @Test func `the facts of a real pipe match its own announcement`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer {
            close(ends[0])
            close(ends[1])
        }
        var facts = stat()
        try #require(fstat(ends[1], &facts) == 0)
        let found = DescriptorFacts(descriptor: ends[1])
        #expect(!found.isTerminal)
        #expect(found.isJournal(["JOURNAL_STREAM": "\(facts.st_dev):\(facts.st_ino)"]))
        #expect(!DescriptorFacts(descriptor: -1).isJournal(["JOURNAL_STREAM": "1:1"]))
    }
}

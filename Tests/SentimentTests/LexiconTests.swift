import Testing

@testable import Sentiment

/// The lexicon's form; what it says is tested with the rules.
@Suite struct LexiconTests {
    @Test func `the lexicon of the program can be read`() {
        #expect(Lexicon.standard.count > 1500)
    }

    @Test(arguments: [
        ("rise*", ["rise", "rises", "rised", "rising"]), ("climb*", ["climb", "climbs", "climbed", "climbing"]),
        ("drop**", ["drop", "drops", "dropped", "dropping"]), ("rally*", ["rally", "rallies", "rallied", "rallying"]),
        ("crash*", ["crash", "crashes", "crashed", "crashing"]),
        ("delay*", ["delay", "delays", "delayed", "delaying"]),
    ])
    func `a star stands for the regular forms`(word: String, forms: [String]) {
        #expect(Lexicon.forms(of: [word]) == forms.map { [$0] })
    }

    @Test func `one word of a phrase may have a star`() {
        #expect(
            Lexicon.forms(of: ["lay*", "off"]).map { $0.joined(separator: " ") } == [
                "lay off", "lays off", "layed off", "laying off",
            ]
        )
    }

    @Test func `the longest phrase counts`() throws {
        let lexicon = try Lexicon(parsing: "word 1: high\nword 2: all time high\n# a remark\n\nquiet: time")
        let tokens = ScannerTests.tokens("an all time high, all time lows")
        #expect(lexicon.entry(at: 0, of: tokens) == nil)
        #expect(lexicon.entry(at: 1, of: tokens)?.length == 3)
        #expect(lexicon.entry(at: 3, of: tokens)?.weight == 1)
        #expect(lexicon.entry(at: 5, of: tokens) == nil)
        #expect(lexicon.entry(at: 6, of: tokens)?.kind == .quiet)
    }

    @Test(arguments: [
        ("word 1", "line 1: has no colon"), ("word: good", "line 1: word wants a weight"),
        ("but 1: but", "line 1: but wants no weight"), ("\nwrod 1: good", "line 2: begins with none of"),
        ("word x: good", "wants a weight"), ("word inf: good", "wants a weight"),
        ("word 1: good, good", "'good' stands in the lexicon twice"), ("word 1: a b c d e", "has 5 words"),
        ("word 1: good, ,", "has 0 words"),
    ])
    func `a mistake is named by its line`(text: String, message: String) {
        let error = #expect(throws: SentimentError.self) { try Lexicon(parsing: text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}

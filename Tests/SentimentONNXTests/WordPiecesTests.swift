import Sentiment
import Testing

@testable import SentimentONNX

/// How text is cut into pieces that a model knows.
@Suite struct WordPiecesTests {
    private static let lines = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "bit", "##coin", "##s", "surge", "##d", "!", "$", "up", "cafe", "比", "特",
        "Café", "5", "##0", "%",
    ]

    private func pieces(isUncased: Bool = true) throws -> WordPieces {
        let vocabulary = try Vocabulary(parsing: WordPiecesTests.lines.joined(separator: "\n"))
        return WordPieces(vocabulary: vocabulary, isUncased: isUncased)
    }

    private func names(_ text: String, isUncased: Bool = true) throws -> [String] {
        try pieces(isUncased: isUncased).numbers(of: text).map { WordPiecesTests.lines[Int($0)] }
    }

    @Test func `the longest known beginning is taken, then the longest continuations`() throws {
        #expect(try names("bitcoins surged") == ["bit", "##coin", "##s", "surge", "##d"])
        #expect(try names("up 50%!") == ["up", "5", "##0", "%", "!"])
    }

    @Test func `punctuation and Chinese characters are words of their own`() throws {
        #expect(try names("$bit!up") == ["$", "bit", "!", "up"])
        #expect(try names("比特up") == ["比", "特", "up"])
    }

    @Test func `an unknown piece makes the word unknown, and not the text`() throws {
        #expect(try names("bitcoinx up") == ["[UNK]", "up"])
        #expect(try names(String(repeating: "a", count: 5000) + " up") == ["[UNK]", "up"])
    }

    @Test func `small letters without accents, where the model knows no others`() throws {
        #expect(try names("BIT Café") == ["bit", "cafe"])
        #expect(try names("Caf\u{65}\u{301}") == ["cafe"])
        #expect(try names("Café", isUncased: false) == ["Café"])
        #expect(try names("BIT", isUncased: false) == ["[UNK]"])
    }

    @Test func `what cannot be seen is nothing, and every space is a space`() throws {
        #expect(try names("b\u{200B}it\u{0}\u{FFFD}\u{A0}up\r\nup\u{2028}up\t") == ["bit", "up", "up", "up"])
        #expect(try names("").isEmpty)
    }

    @Test func `a list without the special pieces is no vocabulary`() throws {
        let error = #expect(throws: SentimentError.self) { try Vocabulary(parsing: "[UNK]\n[CLS]\nbit") }
        #expect(error?.code == .badModel && error?.message.contains("[SEP]") == true)
        let windows = try Vocabulary(parsing: "[UNK]\r\n[CLS]\r\n[SEP]\r\nbit\r\n")
        #expect(windows["bit"] == 3)
    }
}

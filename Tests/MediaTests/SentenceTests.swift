import Media
import Testing

/// Where sentences end, and what is refused before it is said.
@Suite(.enabled(if: !isSanitized, "it has no threads")) struct SentenceTests {
    private func sentences(_ text: String) throws -> [String] { try SpokenText.sentences(of: text).map(\.text) }

    @Test(arguments: [
        ("Bitcoin is up. Ether is not!", ["Bitcoin is up.", "Ether is not!"]),
        ("It trades at 67,250.50 dollars. That is new.", ["It trades at 67,250.50 dollars.", "That is new."]),
        ("The U.S. market fell. The U.S. The end.", ["The U.S. market fell.", "The U.S.", "The end."]),
        ("In the U.S. Treasury yields rose.", ["In the U.S. Treasury yields rose."]),
        ("Dr. Smith and Mr. J. Doe met.", ["Dr. Smith and Mr. J. Doe met."]),
        ("It closes at 4 p.m. The rest follows.", ["It closes at 4 p.m.", "The rest follows."]),
        ("At 4 p.m. Eastern it closes.", ["At 4 p.m. Eastern it closes."]),
        ("No. 5 is alive. No. It is not.", ["No. 5 is alive.", "No.", "It is not."]),
        ("He said: \u{201C}Up.\u{201D} Then he left.", ["He said: \u{201C}Up.\u{201D}", "Then he left."]),
        ("\u{201C}Really?\u{201D} he asked.", ["\u{201C}Really?\u{201D} he asked."]),
        ("Well... maybe. Well... Maybe.", ["Well... maybe.", "Well...", "Maybe."]),
        ("What?! No way.", ["What?!", "No way."]), ("See example.com for more", ["See example.com for more"]),
        ("one\ntwo\n\nthree", ["one\ntwo", "three"]), ("市场上涨。价格是多少？很好！", ["市场上涨。", "价格是多少？", "很好！"]),
        ("كم السعر؟ مرتفع.", ["كم السعر؟", "مرتفع."]), ("बाजार ऊपर है। बहुत अच्छा।", ["बाजार ऊपर है।", "बहुत अच्छा।"]),
        ("Цена растёт. Рынок жив.", ["Цена растёт.", "Рынок жив."]),
    ]) func `sentences end where they end`(text: String, expected: [String]) throws {
        #expect(try sentences(text) == expected)
    }

    @Test func `each sentence knows its place in the text`() throws {
        let text = "  Größe zählt. Ja!  "
        for sentence in try SpokenText.sentences(of: text) {
            #expect(String(decoding: Array(text.utf8)[sentence.range], as: UTF8.self) == sentence.text)
        }
    }

    @Test func `a sentence that is too long is parted at a pause, and nothing of it is lost`() throws {
        let clause = String(repeating: "word ", count: 100) + "end, "
        let text = String(repeating: clause, count: 8)
        let parts = try sentences(text)
        #expect(parts.count > 2 && parts.allSatisfy { $0.count <= SpokenText.sentenceCharactersMax })
        #expect(parts.dropLast().allSatisfy { $0.hasSuffix(",") })
        #expect(parts.joined().filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
        let unbroken = try sentences(String(repeating: "x", count: 2_500))
        #expect(unbroken.map(\.count) == [1_000, 1_000, 500])
    }

    @Test(arguments: [
        ("", "text: nothing in it can be said"), ("... !", "text: nothing in it can be said"),
        ("🚀", "text: nothing in it can be said"),
        ("a\u{7}b", "text: a control character at character 2"),
        ("a \u{202E}b", "text: a control character at character 3"),
        ("<b>Up</b>", "text: markup at character 1"), ("Up <break time=\"1s\"/> now", "text: markup at character 4"),
        ("**Up** now", "text: markup at character 1"), ("# Title", "text: markup at character 1"),
        ("`code`", "text: markup at character 1"),
        ("[laughs] Up", "text: a direction in brackets at character 1"),
        ("So *sighs* up", "text: markup at character 4"),
        (String(repeating: "a", count: 100_001), "text: longer than 100000 characters"),
    ]) func `what cannot be said is refused, with the name of the field`(text: String, message: String) {
        #expect(throws: SpeechError(.badText, message)) { try SpokenText.sentences(of: text) }
    }

    @Test(arguments: ["1 < 2 and 3 > 2", "5 * 3 * 2 is 30", "#1 of all", "Up (today)", "tab\there", "a < b"])
    func `what only looks like markup is said`(text: String) throws {
        #expect(try sentences(text) == [text])
    }

    @Test func `the field has the caller's name`() {
        #expect(throws: SpeechError(.badText, "intro: nothing in it can be said")) {
            try SpokenText.sentences(of: " ", field: "intro")
        }
    }

    @Test func `a huge text is parted`() throws {
        let text = String(repeating: "Mr. A. B. said 3.5 is up. ", count: 3_800)
        #expect(try sentences(text).count == 3_800)
    }
}

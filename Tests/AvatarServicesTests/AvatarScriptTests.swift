import AvatarServices
import Bus
import Testing

/// How texts are cut into parts.
struct AvatarScriptTests {
    private func limits(_ partLengthMax: Int, characterLengthMax: Int = 24, blanksMax: Int = 8) -> AvatarScript.Limits {
        var limits = AvatarScript.Limits()
        limits.partLengthMax = partLengthMax
        limits.characterLengthMax = characterLengthMax
        limits.blanksMax = blanksMax
        return limits
    }

    private func mistake(_ text: String, limits: AvatarScript.Limits = AvatarScript.Limits()) -> AvatarError? {
        do {
            _ = try AvatarScript(text, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    /// Where the sentences of a text lie, if each ends with a point and a blank.
    private func sentences(_ text: String) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for (place, byte) in text.utf8.enumerated() where byte == UInt8(ascii: ".") {
            ranges.append(start..<place + 1)
            start = place + 2
        }
        return ranges
    }

    // MARK: Cutting

    @Test func `a short text is one part, without the blanks at its ends`() throws {
        let script = try AvatarScript("  Bitcoin is up.\n")
        #expect(script.parts == ["Bitcoin is up."])
        #expect(script.text == "Bitcoin is up.")
    }

    @Test func `parts end where sentences end, and hold as many as fit`() throws {
        let text =
            "First, a sentence of some length. Then, another one of some. And, at last, the third one, of nothing."
        let script = try AvatarScript(text, sentences: sentences(text), limits: limits(64))
        #expect(
            script.parts == [
                "First, a sentence of some length. Then, another one of some. ",
                "And, at last, the third one, of nothing.",
            ]
        )
    }

    @Test func `ends of sentences are found although blanks stand before the text`() throws {
        let text = "   Aé, b c d e f g h i j k l m n. Oh, p q r s t u v w x y z a b c d e f g h i j k l m n o p."
        let script = try AvatarScript(text, sentences: [3..<34], limits: limits(50))
        #expect(script.parts.first == "Aé, b c d e f g h i j k l m n. ")
    }

    @Test func `a long sentence is parted at its last pause, else between words, else between characters`() throws {
        let pause = try AvatarScript(
            "one two three, four five six; seven eight nine ten eleven twelve",
            limits: limits(44)
        )
        #expect(pause.parts == ["one two three, four five six; ", "seven eight nine ten eleven twelve"])
        let words = try AvatarScript("one two three four five six seven eight nine ten", limits: limits(41))
        #expect(words.parts == ["one two three four five six seven eight ", "nine ten"])
        let run = try AvatarScript(String(repeating: "a", count: 100), limits: limits(40))
        #expect(run.parts.map(\.count) == [40, 40, 20])
    }

    @Test func `numbers are no pauses`() throws {
        let script = try AvatarScript("it went from 97,500.25 to 101,000.75 within the hour today", limits: limits(40))
        #expect(script.parts == ["it went from 97,500.25 to 101,000.75 ", "within the hour today"])
    }

    @Test func `marks of writing without blanks are pauses`() throws {
        let text = String(repeating: "比特币今天上涨了，", count: 9)
        let script = try AvatarScript(text, limits: limits(41))
        #expect(script.parts.allSatisfy { $0.hasSuffix("，") && $0.count == 36 || $0.count == 9 })
    }

    @Test func `a flag and a family are one character each`() throws {
        let text = String(repeating: "🇩🇪", count: 30) + String(repeating: "👩‍👩‍👧‍👦", count: 30)
        let script = try AvatarScript(text, limits: limits(41))
        let whole: Set<Character> = ["🇩🇪", "👩‍👩‍👧‍👦"]
        #expect(script.parts.allSatisfy { $0.allSatisfy(whole.contains) && $0.utf16.count <= 41 })
        #expect(script.text == text)
    }

    /// Thousands of texts of all kinds of writing.
    @Test func `parts joined are the text, and none is too long or without ink`() throws {
        let pieces = [
            "a", "Bitcoin", "é", "e\u{301}", "שלום", "مرحبا", "نعم،", "比特币", "，", "。", "👍🏽", "👩‍👩‍👧‍👦", "🇩🇪", "🇺🇸", ".", ",",
            "?", "!",
            ";", " ", " ", " ", " ", "  ", "\n", "\n\n", "\t", "\r\n", "1,000.5", "$", "क्षि", "한국어", "\u{200F}",
            "\u{200D}",
            "z\u{300}\u{301}\u{302}", "https://a.example/very/long/address/without/any/space",
        ]
        var random = SplitMix64(state: 7)
        var cuts = 0
        for _ in 0..<4000 {
            let count = Int.random(in: 1...120, using: &random)
            let lengthMax = Int.random(in: 41...90, using: &random)
            var text = "x"
            for _ in 0..<count { text += pieces[Int.random(in: 0..<pieces.count, using: &random)] }
            text += "x"
            var bounds = limits(lengthMax)
            guard let script = try? AvatarScript(text, sentences: sentences(text), limits: bounds) else {
                // Joined at random, too many blanks or marks may come together.
                bounds.blanksMax = 1000
                bounds.characterLengthMax = 1000
                #expect(mistake(text, limits: bounds) == nil)
                continue
            }
            let joined = script.parts.joined()
            #expect(Array(joined.unicodeScalars) == Array(text.unicodeScalars))
            let isGood = script.parts.allSatisfy { part in
                part.utf16.count <= lengthMax && part.contains { !$0.isWhitespace }
            }
            #expect(isGood)
            #expect(script.parts.reduce(0) { $0 + $1.count } == text.count, "a character is cut")
            cuts += script.parts.count - 1
        }
        #expect(cuts > 10_000)
    }

    @Test func `no word is cut that fits into a part`() throws {
        var random = SplitMix64(state: 11)
        for _ in 0..<2000 {
            let words = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                String(repeating: "w", count: Int.random(in: 1...20, using: &random))
            }
            let script = try AvatarScript(words.joined(separator: " "), limits: limits(48))
            #expect(script.parts.flatMap { $0.split(separator: " ") }.map(String.init) == words)
        }
    }

    // MARK: What is refused

    @Test(arguments: ["", " ", "\n\t \r\n", "\u{2003}"])
    func `a text without ink says nothing`(_ text: String) {
        #expect(mistake(text)?.code == .invalidOrder && mistake(text)?.field == "script")
    }

    @Test(arguments: ["a\u{0}b", "a\u{7}b", "a\u{1B}[31m", "a\u{85}b", "a\u{7F}"])
    func `control characters are refused`(_ text: String) {
        #expect(mistake(text)?.message == "script: it holds control characters")
    }

    @Test func `what is too long is refused, with the figures`() {
        #expect(mistake(String(repeating: "word ", count: 4000)) == nil)
        let found = mistake(String(repeating: "word ", count: 4001))
        #expect(found?.message == "script: it has 20005 characters; at most 20000 are allowed")
        #expect(found?.disposition == .fail)
    }

    @Test func `too many blanks and too many marks on a letter are refused`() {
        #expect(mistake("a" + String(repeating: " ", count: 64) + "b") == nil)
        #expect(mistake("a" + String(repeating: " ", count: 65) + "b")?.field == "script")
        #expect(mistake("a" + String(repeating: "\u{301}", count: 63)) == nil)
        #expect(mistake("a" + String(repeating: "\u{301}", count: 64))?.field == "script")
    }

    @Test func `a limit that is too small for blanks is raised`() throws {
        let script = try AvatarScript("a b", limits: limits(1, characterLengthMax: 2, blanksMax: 1))
        #expect(script.parts == ["a b"])
    }
}

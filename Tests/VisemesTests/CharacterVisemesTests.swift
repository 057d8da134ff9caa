import Testing
import Visemes

@Suite struct CharacterVisemesTests {
    /// Each character for as long.
    private func characters(_ text: String, each: Int = 80) -> [TimedCharacter] {
        text.enumerated().map { TimedCharacter(String($1), start: ms($0 * each), end: ms(($0 + 1) * each)) }
    }

    private func sounds(_ text: String) throws -> String {
        try CharacterVisemes.phones(characters(text)).map { $0.isPause ? "_" : $0.arpabet.joined(separator: "-") }
            .joined(separator: " ")
    }

    @Test(arguments: [
        ("this", "TH IH S"), ("shop", "SH AA P"), ("church", "CH ER CH"), ("phone", "F OW N"), ("moon", "M UW N"),
        ("see", "S IY"), ("about", "AE B AW T"), ("know", "N OW"), ("town", "T AW N"), ("happy", "HH AE P IY"),
        ("make", "M EY K"), ("time", "T AY M"), ("the", "TH IY"), ("me", "M IY"), ("go", "G OW"), ("my", "M AY"),
        ("you", "Y AW"), ("climb", "K L IH M"), ("night", "N AY T"), ("nation", "N AE SH-AX-N"), ("queen", "K-W IY N"),
        ("city", "S IH T IY"), ("page", "P EY JH"), ("box", "B AA K-S"), ("wrote", "R OW T"), ("opened", "AA P EH N D"),
        ("moved", "M AA V D"), ("wanted", "W AE N T EH D"), ("don't", "D AA N T"), ("a b", "EY _ B"),
    ])
    func `letters are read by rule`(word: String, expected: String) throws {
        let found = try sounds(word)
        #expect(found == expected)
    }

    @Test func `case and marks make no difference`() throws {
        let (plain, marked) = (try sounds("cafe mama"), try sounds("CAF\u{C9} M\u{E3}m\u{E4}"))
        #expect(plain == marked)
        #expect(CharacterVisemes.latinShare(characters("Stra\u{DF}e, \u{C6}on!")) == 1)
    }

    @Test func `silent letters lengthen what is before them, and punctuation is a pause`() throws {
        let phones = try CharacterVisemes.phones(characters("time, up", each: 100))
        #expect(phones.map(\.end) == [100, 200, 400, 500, 600, 700, 800].map(ms))
        #expect(phones.map(\.isPause) == [false, false, false, true, true, false, false])
        let track = try CharacterVisemes.track(characters("time, up", each: 100))
        #expect(text(track) == "B0 C70 A160 X400 C560 A660 X800")
    }

    @Test func `every written p, b and m closes the lips`() throws {
        let sentence = "Bob stopped the pump, and Maybelle mapped a lamb problem; happy people jumble."
        let timed = characters(sentence, each: 65)
        let phones = try CharacterVisemes.phones(timed)
        let measure = try VisemeMeasure(try CharacterVisemes.track(timed), phones: phones, timing: .closureWithin)
        #expect(measure.closures == 19 && measure.closuresShownShare == 1 && measure.closedShapesWrong == 0)
    }

    @Test func `other scripts open and close in their rhythm`() throws {
        let japanese = try CharacterVisemes.track(characters("\u{3053}\u{3093}", each: 200))
        #expect(text(japanese) == "C0 B80 C160 B280 X400")
        let russian = try CharacterVisemes.track(characters("\u{434}\u{430}\u{434}\u{430}", each: 100))
        #expect(russian.keyframes.map(\.shape) == [.teeth, .open, .teeth, .open, .rest])
        #expect(CharacterVisemes.latinShare(characters("\u{434}\u{430} ok")) == 0.5)
        #expect(CharacterVisemes.latinShare(characters("... ")) == 0 && CharacterVisemes.latinShare([]) == 0)
        // A word of both is none that the rules could read.
        let mixed = try sounds("a\u{434}")
        #expect(mixed == "T EH")
    }

    @Test func `odd texts do no harm`() throws {
        for text in ["", " ", "e", "'", "''", "eee", "\u{1F600}", "gh", "q", "\u{301}", "1984", "y", "nn", "ughugh"] {
            let track = try CharacterVisemes.track(characters(text))
            #expect(track.end <= ms(text.count * 80) && track.keyframes.last?.shape == .rest)
        }
        #expect(throws: VisemeError.badInput("character 1 is out of order, or too late")) {
            try CharacterVisemes.track([TimedCharacter("a", start: 9, end: 10), TimedCharacter("b", start: 8, end: 10)])
        }
        #expect(throws: VisemeError.badInput("there are 8193 characters, and 8192 are the most")) {
            try CharacterVisemes.track([TimedCharacter](repeating: TimedCharacter("a", start: 0, end: 1), count: 8193))
        }
    }
}

import Picture
import Testing

@Suite struct CaptionCutterTests {
    private let rules = CaptionRules()

    /// Words that are said one after the other, with a pause behind full stops.
    private func words(_ text: String, millisecondsEach: Int64 = 300, pause: Int64 = 0) -> [TimedWord] {
        var time: Int64 = 0
        return text.split(separator: " ").map { word in
            let start = time
            time += millisecondsEach
            defer { if word.hasSuffix(".") { time += pause } }
            return TimedWord(String(word), start: start, end: time)
        }
    }

    private static let speech = """
        Bitcoin has moved sideways for three days now, and that is more than most people expected after such a week. \
        Volume is thin. When volume is thin, every order moves the price, in either direction, and nobody should read \
        too much into it. We have a caller on the line who wants to know whether it is too late. Jonas, good evening!
        """

    @Test func `ordinary speech keeps every rule`() {
        let words = words(Self.speech, pause: 400)
        let captions = CaptionCutter().cut(words)
        #expect(captions.flatMap { $0.lines.flatMap(\.self) }.map(\.text) == words.map(\.text))
        for (index, caption) in captions.enumerated() {
            #expect(caption.texts.count <= 2 && caption.texts.allSatisfy { $0.count <= 42 })
            #expect(caption.charactersPerSecond <= 20, "\(caption.texts)")
            #expect((rules.shortest...rules.longest).contains(caption.end - caption.start))
            guard index + 1 < captions.count else { continue }
            let pause = captions[index + 1].start - caption.end
            #expect(pause == rules.gap || pause >= rules.pauseMin)
        }
    }

    @Test func `captions end with sentences where they can, and lines are balanced`() {
        let captions = CaptionCutter().cut(words(Self.speech, pause: 400))
        let ends = captions.compactMap { $0.texts.last?.last }
        #expect(ends.filter { ".!?,".contains($0) }.count * 2 >= ends.count)
        let two = CaptionCutter().cut(words("one two three four five six seven eight nine ten eleven"))
        #expect(two.map(\.texts) == [["one two three four five six", "seven eight nine ten eleven"]])
        let comma = CaptionCutter().cut(words("When volume is thin, every single order moves it"))
        #expect(comma.first?.texts == ["When volume is thin,", "every single order moves it"])
    }

    @Test func `fast speech, slow speech, long words and words at one time lose nothing and do not overlap`() {
        var state: UInt64 = 3
        func next(_ limit: UInt64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % Int64(limit)
        }
        for round in 0..<200 {
            var time: Int64 = 0
            let words = (0..<Int(next(60))).map { _ in
                let text = String(repeating: "abcdefgh漢", count: 1 + Int(next(round.isMultiple(of: 5) ? 12 : 2)))
                let start = time + next(3) * next(3) * next(2000) - (round.isMultiple(of: 3) ? 100 : 0)
                time = start + next(900)
                return TimedWord(text, start: start, end: round.isMultiple(of: 7) ? start - 5 : time)
            }
            let rules = round.isMultiple(of: 2) ? CaptionRules() : .upright
            let captions = CaptionCutter(rules).cut(words)
            let said = captions.flatMap { $0.lines.flatMap(\.self) }.map(\.text).joined()
            #expect(said == words.map(\.text).joined())
            for (one, two) in zip(captions, captions.dropFirst()) { #expect(one.end <= two.start) }
            for caption in captions {
                #expect(caption.start < caption.end && caption.end - caption.start <= 7000)
                #expect(caption.lines.count <= 2 && caption.texts.allSatisfy { $0.count <= rules.lineLengthMax })
            }
        }
    }

    @Test func `times of any size are harmless, and words without text are left out`() {
        let wild = [
            TimedWord("a", start: .min, end: .max), TimedWord("  ", start: 0, end: 1),
            TimedWord("b", start: .max, end: .min),
        ]
        #expect(CaptionCutter().cut(wild).flatMap(\.texts) == ["a", "b"])
        #expect(CaptionCutter().cut([]).isEmpty)
    }

    @Test func `text from the right is cut in the order in which it is said`() {
        let text = "حجم التداول ضعيف هذا الصباح وعندما يكون ضعيفا كل أمر يحرك السعر"
        let captions = CaptionCutter().cut(words(text))
        #expect(captions.flatMap(\.texts).joined(separator: " ") == text)
        #expect(captions.allSatisfy { $0.texts.count == 2 })
        // No marks of direction are put in.
        let scalars = captions.flatMap(\.texts).joined().unicodeScalars
        #expect(scalars.allSatisfy { $0.properties.generalCategory != .format })
    }

    @Test func `the word that is being said is marked`() throws {
        let caption = try #require(
            CaptionCutter().cut(words("one two three four five six seven eight nine ten eleven")).first
        )
        #expect(caption.shown(at: 350).mark == Captions.Mark(line: 0, word: 1))
        #expect(caption.shown(at: 1900).mark == Captions.Mark(line: 1, word: 0))
        #expect(caption.shown(at: caption.end).lines.isEmpty && caption.shown(at: -1).lines.isEmpty)
    }
}

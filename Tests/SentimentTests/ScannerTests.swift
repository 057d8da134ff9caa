import Testing

@testable import Sentiment

/// How texts are cut into words and figures, and long ones into pieces.
@Suite struct ScannerTests {
    static func tokens(_ text: String) -> [Token] {
        var text = text
        return text.withUTF8 { bytes in
            var tokens: [Token] = []
            TextScanner.scan(bytes, into: &tokens)
            return tokens
        }
    }

    private func words(_ text: String) -> [UInt64] { Self.tokens(text).filter { $0.kind == .word }.map(\.hash) }

    @Test(arguments: [
        ("Bitcoin RISES again", "bitcoin rises again"), ("won't can’t doesn't", "wont cant doesnt"),
        ("The company's profit", "the company profit"), ("Basware 's order", "basware order"),
        ("does n't", "does nt"), ("first-quarter sell-off", "first quarter sell off"),
        ("see https://a.example/b?c=d now", "see now"), ("#bitcoin @someone", "bitcoin someone"),
        ("café “größer”", "café größer"), ("a\u{A0}b\u{200B}c", "a b c"), ("web3", "web"),
    ])
    func `words are lower case, without marks`(text: String, expected: String) {
        #expect(words(text) == expected.split(separator: " ").map { WordHash.of($0) })
    }

    private func figure(_ text: String) throws -> Token {
        try #require(Self.tokens(text).first { $0.kind == .figure })
    }

    @Test(arguments: [
        ("13.1", 13.1), ("1,594 people", 1594.0), ("$2.2 billion", 2.2e9), ("EUR131m", 131e6), ("EUR67 .8 m", 67.8e6),
        ("48K", 48e3), ("12,345,678", 12_345_678.0), ("2,3", 2.0), ("5.", 5.0), ("3.25 mn euros", 3.25e6),
    ])
    func `figures have their value`(text: String, value: Double) throws {
        #expect(abs(try figure(text).value - value) < 1e-6 * value)
    }

    @Test func `figures know percent, money, signs and years`() throws {
        #expect(try figure("9.7%").isPercent && figure("9.7 %").isPercent && figure("9 pct").isPercent)
        #expect(
            try figure("$5").isMoney && figure("EUR 5").isMoney && figure("€5").isMoney && figure("5 euros").isMoney
        )
        #expect(try figure("-5%").sign == -1 && figure("BTC +5%").sign == 1 && figure("20-30%").sign == 0)
        #expect(try figure("in 2010").isYear && !figure("$2010").isYear && !figure("2,010").isYear)
    }

    @Test func `tickers, emoji and marks are told apart`() {
        #expect(Self.tokens("$BTC 🚀!").map(\.kind) == [.ticker, .emoji, .stop])
        #expect(
            Self.tokens("So, what? U.S. law. End").map(\.kind) == [
                .word, .comma, .word, .question, .word, .word, .word, .stop, .word,
            ]
        )
    }

    @Test(arguments: ["$", "'", "€", "\u{1F680}", "a'", ".5", "5,", "-", "https://", "\u{0}\u{1}", "’s", "10 ."])
    func `whatever stands at the end is no harm`(text: String) {
        #expect(Self.tokens(text).count <= 2)
    }

    // MARK: Pieces

    private func pieces(_ text: String, _ bytesMax: Int) -> [String] {
        var text = text
        return text.withUTF8 { bytes in
            TextPieces.ranges(of: bytes, bytesMax: bytesMax).map {
                String(decoding: UnsafeBufferPointer(rebasing: bytes[$0]), as: UTF8.self)
            }
        }
    }

    @Test func `a long text is cut behind sentences, then words, then characters`() {
        #expect(pieces("One two. Three four five.", 20) == ["One two. ", "Three four five."])
        #expect(pieces("One two three four", 10) == ["One two ", "three four"])
        #expect(pieces("ääääääää", 5) == ["ää", "ää", "ää", "ää"])
        #expect(pieces("short", 10) == ["short"])
    }

    @Test func `no part of a text is left out`() {
        let text = (0..<400).map { "Word\($0)\($0 % 7 == 0 ? "." : "") é🚀" }.joined(separator: " ")
        for bytesMax in [7, 64, 600] {
            let pieces = pieces(text, bytesMax)
            #expect(pieces.joined() == text)
            #expect(pieces.allSatisfy { $0.utf8.count <= bytesMax && !$0.isEmpty })
        }
    }

    @Test func `a long text is the mean of its pieces`() async throws {
        let good = String(repeating: "Bitcoin surges to a record high. ", count: 60)
        let bad = String(repeating: "Exchange hacked and funds stolen. ", count: 58)
        for classifier in [KeywordClassifier(), LinearClassifier.standard] as [any SentimentClassifier] {
            let answers = try await classifier.classify([good, bad, good + bad])
            #expect(answers[0].score > 0.4 && answers[1].score < -0.4, "\(classifier.method)")
            let mean = (answers[0].score + answers[1].score) / 2
            #expect(abs(answers[2].score - mean) < 0.1, "\(classifier.method)")
        }
    }

    @Test func `texts are equal when their letters and digits are`() {
        #expect(TextKey.of("“Bitcoin, up 5%!”") == TextKey.of("bitcoin up 5"))
        #expect(TextKey.of("Bitcoin up 5") != TextKey.of("Bitcoin up 6"))
        #expect(TextKey.of("Bitcoin up 5", ignoringFigures: true) == TextKey.of("Bitcoin up 6", ignoringFigures: true))
        #expect(TextKey.of("a b") != TextKey.of("ab"))
    }

    @Test(arguments: [
        (0.0, 1.0), (1.0, 2.718_281_828_459_045), (-1.0, 0.367_879_441_171_442_3), (10.0, 22_026.465_794_806_718),
    ])
    func `the exponential function is exact enough`(exponent: Double, value: Double) {
        #expect(abs(exponential(exponent) / value - 1) < 1e-14)
    }

    @Test func `the exponential function has bounds`() {
        #expect(exponential(1e9).isFinite && exponential(-1e9) >= 0)
    }
}

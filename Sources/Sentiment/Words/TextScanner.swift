/// Cuts the bytes of a text into words, figures and marks.
///
/// Letters beyond ASCII are letters and stay as they are; the case of the others does not count. An apostrophe within a
/// word is passed over, and so is `'s` at its end.
struct TextScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// Whether a sign of a currency stands directly before what comes next.
    private var isMoneyNext = false
    private var lastFigureEnd = -1

    private static let stemLetters = 5

    /// Appends the tokens of a text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, not cut within a character.
    ///   - tokens: get the tokens in their order.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>, into tokens: inout [Token]) {
        var scanner = TextScanner(bytes: bytes)
        scanner.run(&tokens)
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func run(_ tokens: inout [Token]) {
        while position < bytes.count {
            let byte = bytes[position]
            if TextScanner.isLetter(byte) {
                word(.word, &tokens)
            } else if TextScanner.isDigit(byte) {
                figure(&tokens)
            } else if byte >= 0x80 {
                other(&tokens)
            } else {
                mark(byte, &tokens)
            }
        }
    }

    private func byte(at index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0x20 }

    // MARK: Words

    private mutating func word(_ kind: Token.Kind, _ tokens: inout [Token]) {
        let start = position
        var hash = WordHash()
        var stem: UInt64 = 0
        var letters = 0
        loop: while position < bytes.count {
            let byte = bytes[position]
            if TextScanner.isLetter(byte) {
                hash.add(TextScanner.lower(byte))
                position += 1
            } else if byte >= 0x80, otherLength(at: position) == nil, apostropheLength(at: position) == 0 {
                hash.add(byte)
                position += 1
            } else {
                let length = apostropheLength(at: position)
                guard length > 0, TextScanner.isLetter(self.byte(at: position + length)) else { break loop }
                if isPossessive(at: position + length) {
                    position += length + 1
                    break loop
                }
                position += length
                continue
            }
            letters += 1
            if letters == TextScanner.stemLetters { stem = hash.value }
        }
        if isAddress(start) { return skipAddress() }
        let value = hash.value
        if kind == .word, lastFigureEnd >= 0, let last = tokens.indices.last, tokens[last].kind == .figure,
            follows(start, lastFigureEnd)
        {
            if let scale = TextScanner.scales[value], !tokens[last].isPercent, !tokens[last].isScaled {
                tokens[last].value *= scale
                tokens[last].isScaled = true
                lastFigureEnd = position
                return
            }
            if TextScanner.percents.contains(value) {
                tokens[last].isPercent = true
                return
            }
            if TextScanner.currencies.contains(value) {
                tokens[last].isMoney = true
                return
            }
        }
        if kind == .word, TextScanner.currencies.contains(value), startsFigure(position) {
            isMoneyNext = true
            return
        }
        isMoneyNext = false
        var token = Token(kind)
        token.hash = value
        token.stem = letters > TextScanner.stemLetters ? stem : value
        tokens.append(token)
    }

    /// Whether at most one space lies between.
    private func follows(_ start: Int, _ end: Int) -> Bool {
        start == end || start == end + 1 && bytes[end] == 0x20
    }

    private func startsFigure(_ index: Int) -> Bool {
        TextScanner.isDigit(byte(at: index)) || byte(at: index) == 0x20 && TextScanner.isDigit(byte(at: index + 1))
    }

    private func isPossessive(at index: Int) -> Bool {
        TextScanner.lower(byte(at: index)) == UInt8(ascii: "s") && !TextScanner.isLetter(byte(at: index + 1))
            && !TextScanner.isDigit(byte(at: index + 1))
    }

    private func isAddress(_ start: Int) -> Bool {
        byte(at: position) == UInt8(ascii: ":") && byte(at: position + 1) == UInt8(ascii: "/")
            && byte(at: position + 2) == UInt8(ascii: "/") && position - start >= 4
    }

    private mutating func skipAddress() { while position < bytes.count, bytes[position] > 0x20 { position += 1 } }

    // MARK: Figures

    private mutating func figure(_ tokens: inout [Token]) {
        let start = position
        var token = Token(.figure)
        token.isMoney = isMoneyNext
        isMoneyNext = false
        var value = 0.0
        digits(&value)
        while byte(at: position) == UInt8(ascii: ","), isGroup(at: position + 1) {
            position += 1
            digits(&value)
            token.isPrecise = true
        }
        if byte(at: position) == UInt8(ascii: "."), TextScanner.isDigit(byte(at: position + 1)) {
            position += 1
            value += fraction()
            token.isPrecise = true
        } else if byte(at: position) == 0x20, byte(at: position + 1) == UInt8(ascii: "."),
            TextScanner.isDigit(byte(at: position + 2))
        {
            // Some sources put a space before every point: `EUR67 .8 m`.
            position += 2
            value += fraction()
            token.isPrecise = true
        }
        token.value = value
        let before = byte(at: start - 1)
        if before == UInt8(ascii: "-") || before == UInt8(ascii: "+"), byte(at: start - 2) <= 0x20 {
            token.sign = before == UInt8(ascii: "-") ? -1 : 1
        }
        if byte(at: position) == UInt8(ascii: "%") {
            token.isPercent = true
            position += 1
        } else if byte(at: position) == 0x20, byte(at: position + 1) == UInt8(ascii: "%") {
            token.isPercent = true
            position += 2
        }
        lastFigureEnd = position
        tokens.append(token)
    }

    private mutating func digits(_ value: inout Double) {
        while position < bytes.count, TextScanner.isDigit(bytes[position]) {
            value = value * 10 + Double(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
    }

    private mutating func fraction() -> Double {
        var (value, unit) = (0.0, 0.1)
        while position < bytes.count, TextScanner.isDigit(bytes[position]) {
            value += unit * Double(bytes[position] - UInt8(ascii: "0"))
            unit /= 10
            position += 1
        }
        return value
    }

    /// Exactly three digits.
    private func isGroup(at index: Int) -> Bool {
        TextScanner.isDigit(byte(at: index)) && TextScanner.isDigit(byte(at: index + 1))
            && TextScanner.isDigit(byte(at: index + 2)) && !TextScanner.isDigit(byte(at: index + 3))
    }

    // MARK: Marks

    private mutating func mark(_ mark: UInt8, _ tokens: inout [Token]) {
        let start = position
        position += 1
        switch mark {
        case UInt8(ascii: "$"):
            if TextScanner.isLetter(byte(at: position)) {
                word(.ticker, &tokens)
            } else {
                isMoneyNext = startsFigure(position)
            }
        case UInt8(ascii: "'"):
            if isPossessive(at: position), byte(at: start - 1) == 0x20 { position += 1 }
        case UInt8(ascii: "?"): tokens.append(Token(.question))
        case UInt8(ascii: "!"): tokens.append(Token(.stop))
        case UInt8(ascii: "."):
            if byte(at: position) <= 0x20, !isInitial(before: start) { tokens.append(Token(.stop)) }
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "|"):
            tokens.append(Token(.comma))
        case UInt8(ascii: "-"):
            if byte(at: start - 1) <= 0x20, byte(at: position) <= 0x20 { tokens.append(Token(.comma)) }
        default: break
        }
    }

    /// Whether a point stands behind a single letter, as in `U.S.`, and ends no sentence.
    private func isInitial(before index: Int) -> Bool {
        TextScanner.isLetter(byte(at: index - 1)) && !TextScanner.isLetter(byte(at: index - 2))
    }

    // MARK: Beyond ASCII

    private mutating func other(_ tokens: inout [Token]) {
        let apostrophe = apostropheLength(at: position)
        if apostrophe > 0 {
            position += apostrophe
            if isPossessive(at: position) { position += 1 }
            return
        }
        guard let length = otherLength(at: position) else { return word(.word, &tokens) }
        let start = position
        position = min(bytes.count, position + length)
        switch (byte(at: start), byte(at: start + 1), byte(at: start + 2)) {
        case (0xE2, 0x80, 0x93), (0xE2, 0x80, 0x94), (0xE2, 0x80, 0xA6): tokens.append(Token(.comma))
        case (0xE2, 0x82, _), (0xC2, 0xA3, _), (0xC2, 0xA5, _): isMoneyNext = startsFigure(position)
        case (0xF0...0xF4, _, _), (0xE2, 0x98...0x9E, _):
            var hash = WordHash()
            for index in start..<position { hash.add(bytes[index]) }
            var token = Token(.emoji)
            token.hash = hash.value
            token.stem = hash.value
            tokens.append(token)
        default: break
        }
    }

    /// The length of a character that is part of no word; `nil` where it is a letter.
    private func otherLength(at index: Int) -> Int? {
        switch bytes[index] {
        case 0xC2: 2
        case 0xE2:
            switch byte(at: index + 1) {
            case 0x80...0x83, 0x98...0x9E: 3
            default: nil
            }
        case 0xEF: byte(at: index + 1) == 0xB8 ? 3 : nil
        case 0xF0...0xF4: 4
        default: nil
        }
    }

    /// Of `'` and of the curved ones; 0 for everything else.
    private func apostropheLength(at index: Int) -> Int {
        if bytes[index] == UInt8(ascii: "'") { return 1 }
        guard bytes[index] == 0xE2, byte(at: index + 1) == 0x80 else { return 0 }
        return byte(at: index + 2) == 0x99 || byte(at: index + 2) == 0x98 ? 3 : 0
    }

    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    @inline(__always)
    private static func lower(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

    private static let scales: [UInt64: Double] = {
        let words: [(String, Double)] = [
            ("k", 1e3), ("thousand", 1e3), ("m", 1e6), ("mn", 1e6), ("mln", 1e6), ("mio", 1e6), ("million", 1e6),
            ("millions", 1e6), ("b", 1e9), ("bn", 1e9), ("bln", 1e9), ("billion", 1e9), ("billions", 1e9),
            ("t", 1e12), ("tn", 1e12), ("trillion", 1e12),
        ]
        return Dictionary(words.map { (WordHash.of($0.0), $0.1) }) { first, _ in first }
    }()

    private static let percents = Set(["percent", "pct", "pc"].map { WordHash.of($0) })

    private static let currencies = Set(
        [
            "eur", "euro", "euros", "usd", "us", "dollar", "dollars", "gbp", "pounds", "pound", "sterling", "sek",
            "nok", "dkk", "chf", "cad", "aud", "jpy", "yen", "yuan", "cny", "inr", "rupees", "lt", "ls", "eek", "rub",
            "kronor", "usdt", "usdc",
        ].map { WordHash.of($0) }
    )
}

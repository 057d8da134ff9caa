/// A decimal number, exactly as it was written: what prices, volumes and percentages are made of.
///
/// Never a binary fraction: `0.1` stays `0.1`. Numbers that are equal compare equal, however many zeros they were
/// written with. It is encoded as text, because JSON readers turn numbers into doubles.
package struct ExactDecimal: Hashable, Sendable {
    /// The digits without the point.
    package let significand: Int128
    /// How many of the digits stand behind the point; as few as the value needs.
    package let scale: Int

    /// The most digits behind the point.
    package static let scaleMax = 30
    /// The most digits in all.
    package static let digitsMax = 36

    package static let zero = ExactDecimal(significand: 0, scale: 0)

    /// - Parameters:
    ///   - significand: the digits without the point; at most 36.
    ///   - scale: how many of them stand behind the point, 0 to 30.
    package init(significand: Int128, scale: Int) {
        var scale = scale
        // Divisions of wide numbers take long, and nearly none is wide.
        if var narrow = Int64(exactly: significand) {
            while scale > 0, narrow % 10 == 0 {
                narrow /= 10
                scale -= 1
            }
            self.significand = Int128(narrow)
            self.scale = scale
            return
        }
        var significand = significand
        while scale > 0, significand % 10 == 0 {
            significand /= 10
            scale -= 1
        }
        self.significand = significand
        self.scale = scale
    }

    package init(_ whole: Int) { self.init(significand: Int128(whole), scale: 0) }

    /// Parses an optional minus, digits, and optionally a point with more digits.
    ///
    /// An exponent such as `1.5e-7` is understood, because JSON numbers may have one. Returns `nil` for anything else,
    /// and for numbers longer than 36 digits.
    package init?(_ text: some StringProtocol) {
        if let short = text.utf8.withContiguousStorageIfAvailable({ ExactDecimal(short: $0) }), let short {
            self = short
            return
        }
        var reader = DecimalReader(text.utf8)
        guard let value = reader.read() else { return nil }
        self = value
    }

    /// As above, from the bytes of a text.
    package init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        if let short = ExactDecimal(short: text) {
            self = short
            return
        }
        var reader = DecimalReader(text)
        guard let value = reader.read() else { return nil }
        self = value
    }

    /// What nearly all numbers are: up to 19 characters without an exponent, which need no wide arithmetic.
    ///
    /// `nil` for all others, whether they are numbers or not.
    private init?(short text: UnsafeBufferPointer<UInt8>) {
        let isNegative = text.first == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        guard text.count > start, text.count - start <= 19 else { return nil }
        // Zeros at the end say nothing behind a point.
        var end = text.count
        while end > start, text[end - 1] == UInt8(ascii: "0") { end -= 1 }
        var value: UInt64 = 0
        var point: Int?
        for place in start..<end {
            let digit = text[place] &- UInt8(ascii: "0")
            guard digit > 9 else {
                // 19 digits stay below 2^64.
                value = value &* 10 &+ UInt64(digit)
                continue
            }
            guard text[place] == UInt8(ascii: "."), point == nil, place > start, place + 1 < text.count else {
                return nil
            }
            point = place
        }
        if let point {
            scale = end - point - 1
        } else {
            for _ in end..<text.count { value = value &* 10 }
            scale = 0
        }
        significand = isNegative ? -Int128(value) : Int128(value)
    }

    /// The nearest binary fraction, for statistics.
    package var double: Double {
        // Of a narrow number it is found several times as fast, and is the same.
        if scale <= 18, let narrow = Int64(exactly: significand) {
            return Double(narrow) / Double(Int64(truncatingIfNeeded: powerOfTen(scale)))
        }
        return Double(significand) / Double(powerOfTen(scale))
    }

    package var isNegative: Bool { significand < 0 }
    package var isPositive: Bool { significand > 0 }
    package var isZero: Bool { significand == 0 }
}

extension ExactDecimal: Comparable, CustomStringConvertible {
    package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let (isLeftNegative, isRightNegative) = (left.significand < 0, right.significand < 0)
        // Whether something is above zero is asked most of all.
        if left.scale == right.scale || left.significand == 0 || right.significand == 0
            || isLeftNegative != isRightNegative
        {
            return left.significand < right.significand
        }
        let distance = right.scale - left.scale
        if distance.magnitude <= 18, let narrowLeft = Int64(exactly: left.significand),
            let narrowRight = Int64(exactly: right.significand)
        {
            // Less than 2^63 times 10^18 stays far from overflow.
            let factor = powerOfTen(Int(distance.magnitude))
            return distance > 0
                ? Int128(narrowLeft) &* factor < Int128(narrowRight)
                : Int128(narrowLeft) < Int128(narrowRight) &* factor
        }
        let (leftWhole, leftRest) = left.parts
        let (rightWhole, rightRest) = right.parts
        if leftWhole != rightWhole { return leftWhole < rightWhole }
        // Both rests are below 10^30, so bringing them to one scale stays far from overflow.
        let leftScaled = leftRest * powerOfTen(scaleMax - left.scale)
        return leftScaled < rightRest * powerOfTen(scaleMax - right.scale)
    }

    private var parts: (whole: Int128, rest: Int128) {
        let (whole, rest) = significand.quotientAndRemainder(dividingBy: powerOfTen(scale))
        return (whole, rest)
    }

    package var description: String {
        let digits = String(significand.magnitude)
        let sign = isNegative ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }
}

extension ExactDecimal: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = ExactDecimal(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a decimal number: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Ten to the power of 0 to 36.
func powerOfTen(_ exponent: Int) -> Int128 {
    // Nineteen tens do not fit a narrow number any more.
    var narrow: Int64 = 1
    for _ in 0..<min(exponent, 18) { narrow &*= 10 }
    var result = Int128(narrow)
    if exponent > 18 { for _ in 18..<exponent { result *= 10 } }
    return result
}

/// Reads one decimal number from bytes.
private struct DecimalReader<Bytes: Collection> where Bytes.Element == UInt8 {
    private let bytes: Bytes
    private var position: Bytes.Index
    private var significand: Int128 = 0
    private var digitCount = 0
    private var scale = 0

    init(_ bytes: Bytes) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func read() -> ExactDecimal? {
        let isNegative = take(UInt8(ascii: "-"))
        guard readDigits(behindPoint: false) else { return nil }
        if take(UInt8(ascii: ".")) {
            guard readDigits(behindPoint: true) else { return nil }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            guard let exponent = readExponent() else { return nil }
            scale -= exponent
        }
        guard position == bytes.endIndex else { return nil }
        while scale < 0 {
            guard digitCount < ExactDecimal.digitsMax else { return nil }
            significand *= 10
            digitCount += 1
            scale += 1
        }
        while scale > 0, significand % 10 == 0 {
            significand /= 10
            scale -= 1
        }
        guard scale <= ExactDecimal.scaleMax else { return nil }
        return ExactDecimal(significand: isNegative ? -significand : significand, scale: scale)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.endIndex, bytes[position] == byte else { return false }
        position = bytes.index(after: position)
        return true
    }

    private mutating func nextDigit() -> Int128? {
        guard position < bytes.endIndex, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position = bytes.index(after: position) }
        return Int128(bytes[position] - UInt8(ascii: "0"))
    }

    /// - Returns: `false` when there is none, or too many.
    private mutating func readDigits(behindPoint: Bool) -> Bool {
        var count = 0
        while let digit = nextDigit() {
            count += 1
            if significand > 0 || digit > 0 { digitCount += 1 }
            guard digitCount <= ExactDecimal.digitsMax, count <= 64 else { return false }
            significand = significand * 10 + digit
            if behindPoint { scale += 1 }
        }
        return count > 0
    }

    private mutating func readExponent() -> Int? {
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        var value = 0
        var count = 0
        while let digit = nextDigit() {
            count += 1
            guard count <= 3 else { return nil }
            value = value * 10 + Int(digit)
        }
        guard count > 0 else { return nil }
        return isNegative ? -value : value
    }
}

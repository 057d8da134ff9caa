package import Domain

/// An exact fraction, in lowest terms: a share of 0 to 1, or a return.
package struct Ratio: Hashable, Sendable {
    package let numerator: Int128
    /// Above zero.
    package let denominator: Int128

    package static let zero = Ratio(percent: 0)

    /// `nil` when the whole is not above zero.
    package init?(_ part: Int128, of whole: Int128) {
        guard whole > 0 else { return nil }
        let divisor = Int128(Ratio.divisor(part.magnitude, whole.magnitude))
        numerator = part / divisor
        denominator = whole / divisor
    }

    package init(percent: Int) { self.init(ExactDecimal(significand: Int128(percent), scale: 2)) }

    package init(_ exact: ExactDecimal) {
        let whole = WideNumber.powerOfTen(exact.scale)
        let divisor = Int128(Ratio.divisor(exact.significand.magnitude, whole.magnitude))
        numerator = exact.significand / divisor
        denominator = whole / divisor
    }

    package func isAbove(percent: Int) -> Bool { self > Ratio(percent: percent) }
    package func isBelow(percent: Int) -> Bool { self < Ratio(percent: percent) }

    /// Rounded to so many digits behind the point, halves to the even neighbour; `nil` when that has too many digits.
    package func rounded(digits: Int) -> ExactDecimal? {
        WideNumber.product(numerator, WideNumber.powerOfTen(digits), over: denominator)
            .flatMap { $0.magnitude < ExactDecimal.tooWide ? ExactDecimal(significand: $0, scale: digits) : nil }
    }

    /// For statistics.
    package var double: Double { Double(numerator) / Double(denominator) }

    private static func divisor(_ one: UInt128, _ two: UInt128) -> UInt128 {
        var (one, two) = (one, two)
        while two != 0 { (one, two) = (two, one % two) }
        return max(one, 1)
    }
}

extension Ratio: Comparable {
    package static func < (left: Ratio, right: Ratio) -> Bool {
        let (one, two) = (left.numerator < 0, right.numerator < 0)
        guard one == two else { return one }
        let crossed = left.numerator.magnitude.multipliedFullWidth(by: right.denominator.magnitude)
        let other = right.numerator.magnitude.multipliedFullWidth(by: left.denominator.magnitude)
        let (low, high) = one ? (other, crossed) : (crossed, other)
        return (low.high, low.low) < (high.high, high.low)
    }
}

extension ExactDecimal {
    /// The first number with more than 36 digits.
    fileprivate static let tooWide = WideNumber.powerOfTen(digitsMax).magnitude

    /// With always so many digits behind the point, as canonical texts need it.
    ///
    /// - Parameter digits: at least as many as there are; further ones are rounded away.
    /// - Returns: such as `0.500000`.
    func text(digits: Int) -> String {
        let rounded = rounded(toScale: digits)
        let text = rounded.description
        guard digits > rounded.scale else { return text }
        return text + (rounded.scale == 0 ? "." : "") + String(repeating: "0", count: digits - rounded.scale)
    }
}

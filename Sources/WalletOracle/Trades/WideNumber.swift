/// Whole arithmetic whose steps may need more than 128 bits.
enum WideNumber {
    /// The highest power of ten that fits.
    static let exponentMax = 38

    static func powerOfTen(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    /// The product over a divisor, halves rounded to the even neighbour.
    ///
    /// - Parameters:
    ///   - one: a factor.
    ///   - two: the other.
    ///   - divisor: above zero.
    /// - Returns: `nil` when the result does not fit.
    static func product(_ one: Int128, _ two: Int128, over divisor: Int128) -> Int128? {
        let isNegative = (one < 0) != (two < 0)
        let divisor = divisor.magnitude
        let (narrow, overflow) = one.magnitude.multipliedReportingOverflow(by: two.magnitude)
        var (quotient, remainder) = (UInt128(0), UInt128(0))
        if !overflow {
            (quotient, remainder) =
                divisor == 1 ? (narrow, 0) : narrow.quotientAndRemainder(dividingBy: divisor)
        } else {
            let wide = one.magnitude.multipliedFullWidth(by: two.magnitude)
            guard wide.high < divisor else { return nil }
            (quotient, remainder) = divisor.dividingFullWidth(wide)
        }
        let rest = divisor - remainder
        if remainder > rest || (remainder == rest && quotient % 2 == 1) { quotient += 1 }
        guard quotient <= Int128.max.magnitude else { return nil }
        return isNegative ? -Int128(quotient) : Int128(quotient)
    }
}

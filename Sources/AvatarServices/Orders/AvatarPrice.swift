package import Domain

/// What films of a service cost, in US dollars.
///
/// Time is charged in whole steps. A price that does not come out even is rounded up, at the sixth digit: a cost that is
/// held before must not be less than what is charged.
package struct AvatarPrice: Hashable, Sendable {
    package let perMinute: ExactDecimal
    package let stepSeconds: Int

    private static let digits = 6
    /// Longer than any film; so nothing overflows.
    private static let secondsMax = 86_400

    /// Makes one; `nil` for what can be no price.
    ///
    /// - Parameters:
    ///   - perMinute: not below zero, and at most 10 000.
    ///   - stepSeconds: 30 where half minutes are charged, 1 where seconds are; 1 to 3600.
    package init?(perMinute: ExactDecimal, stepSeconds: Int) {
        guard !perMinute.isNegative, perMinute <= ExactDecimal(10_000), perMinute.scale <= 12,
            (1...3600).contains(stepSeconds)
        else { return nil }
        self.perMinute = perMinute
        self.stepSeconds = stepSeconds
    }

    /// - Parameter seconds: how long the film is.
    /// - Returns: `nil` for lengths below zero or above a day.
    package func cost(seconds: ExactDecimal) -> ExactDecimal? {
        guard !seconds.isNegative, seconds <= ExactDecimal(AvatarPrice.secondsMax) else { return nil }
        let one = AvatarPrice.powerOfTen(seconds.scale)
        let whole = AvatarPrice.quotientUp(seconds.significand, one)
        let charged = AvatarPrice.quotientUp(whole, Int128(stepSeconds)) * Int128(stepSeconds)
        // Below 10^5 seconds times 10^16 of price times 10^6.
        let price = charged * perMinute.significand * AvatarPrice.powerOfTen(AvatarPrice.digits)
        let amount = AvatarPrice.quotientUp(price, 60 * AvatarPrice.powerOfTen(perMinute.scale))
        return ExactDecimal(significand: amount, scale: AvatarPrice.digits)
    }

    private static func quotientUp(_ value: Int128, _ divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder > 0 ? quotient + 1 : quotient
    }

    private static func powerOfTen(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { value, _ in value * 10 } }
}

extension ExactDecimal {
    /// The number with at most so many digits behind the point, halves rounded to the even neighbour.
    package func rounded(toScale places: Int) -> ExactDecimal {
        guard places < scale else { return self }
        let divisor = powerOfTen(scale - max(0, places))
        let (quotient, remainder) = significand.quotientAndRemainder(dividingBy: divisor)
        let twice = remainder.magnitude * 2
        let isUp = twice > divisor.magnitude || (twice == divisor.magnitude && quotient % 2 != 0)
        let rounded = isUp ? quotient + (significand < 0 ? -1 : 1) : quotient
        return ExactDecimal(significand: rounded, scale: max(0, places))
    }

    /// The exact sum, or `nil` when it has too many digits.
    package func adding(_ other: ExactDecimal) -> ExactDecimal? {
        let common = max(scale, other.scale)
        let distance = (scale - other.scale).magnitude
        if distance <= 18, let left = Int64(exactly: significand), let right = Int64(exactly: other.significand) {
            // Less than 2^63 times 10^18, and as much again, stays far from overflow.
            let (upper, lower) = scale < other.scale ? (left, right) : (right, left)
            let sum = Int128(upper) &* powerOfTen(Int(distance)) &+ Int128(lower)
            return ExactDecimal(significand: sum, scale: common)
        }
        guard let left = scaled(to: common), let right = other.scaled(to: common) else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : ExactDecimal(significand: sum, scale: common)
    }

    package var negated: ExactDecimal { ExactDecimal(significand: -significand, scale: scale) }
    package var magnitude: ExactDecimal { isNegative ? negated : self }

    /// How far this lies from an earlier value, in percent of that, rounded to two digits behind the point.
    ///
    /// Returns `nil` when the earlier value is not above zero or the numbers are too long to divide.
    package func changePercent(from earlier: ExactDecimal) -> ExactDecimal? {
        guard earlier.significand > 0, let difference = adding(earlier.negated) else { return nil }
        let common = max(difference.scale, earlier.scale)
        guard let numerator = difference.scaled(to: common), let denominator = earlier.scaled(to: common) else {
            return nil
        }
        // Two digits of percent, and two more that the rounding looks at.
        let (scaled, overflow) = numerator.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        return ExactDecimal(significand: scaled / denominator, scale: 4).rounded(toScale: 2)
    }

    /// The number as so many units of a power of ten; `nil` when it is not a whole number of them, or too large.
    package func significand(ofScale places: Int) -> Int128? {
        if scale > places { return nil }
        return scaled(to: places)
    }

    private func scaled(to common: Int) -> Int128? {
        let (value, overflow) = significand.multipliedReportingOverflow(by: powerOfTen(common - scale))
        return overflow ? nil : value
    }
}

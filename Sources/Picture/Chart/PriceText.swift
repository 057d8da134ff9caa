import Domain

/// Prices as they are shown: with groups of three, and with as many digits as are worth reading.
enum PriceText {
    /// Such as `64,250.12`, `0.00001234` or `1.234×10¹⁵`; digits that are not shown are rounded to the even neighbour.
    static func text(_ price: Price) -> String {
        let amount = price.amount
        guard !amount.isZero else { return "0.00" }
        let order = order(of: amount.significand, scale: amount.scale)
        guard plainOrders.contains(order) else { return scientific(amount.significand, order: order) }
        let places = order >= 3 ? 2 : order >= 0 ? 4 : 3 - order
        let rounded = amount.rounded(toScale: places)
        return plain(rounded.significand, scale: rounded.scale, placesMin: order >= -1 ? 2 : 0)
    }

    /// Such as `+1.24 %`; what is longer than four digits says `> 9,999 %`.
    static func percent(_ percent: ExactDecimal) -> String {
        let rounded = percent.rounded(toScale: 2)
        if rounded.magnitude > ExactDecimal(9999) { return rounded.isNegative ? "< −9,999 %" : "> 9,999 %" }
        let sign = rounded.isNegative ? "−" : rounded.isZero ? "" : "+"
        return sign + plain(rounded.magnitude.significand, scale: rounded.scale, placesMin: 2) + " %"
    }

    /// A mark of an axis, all of which have the same digits behind the point.
    ///
    /// - Parameters:
    ///   - multiple: of the power of ten.
    ///   - exponent: of ten; -40 to 36.
    ///   - isPlain: whether all marks of the axis can be written without a power.
    /// - Returns: the text.
    static func axis(_ multiple: Int128, exponent: Int, isPlain: Bool) -> String {
        guard multiple != 0 else { return "0" }
        guard isPlain else {
            // Neighbouring marks differ in their last digit.
            return scientific(multiple, order: order(of: multiple, scale: -exponent), digitsMax: 36)
        }
        if exponent <= 0 { return plain(multiple, scale: -exponent, placesMin: -exponent) }
        return plain(multiple * power(exponent), scale: 0, placesMin: 0)
    }

    /// Powers of ten of the first digit for which numbers are written out.
    static let plainOrders = -8...11

    /// The power of ten of the first digit.
    static func order(of significand: Int128, scale: Int) -> Int {
        String(significand.magnitude).utf8.count - 1 - scale
    }

    private static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { result, _ in result * 10 } }

    private static func plain(_ significand: Int128, scale: Int, placesMin: Int) -> String {
        let digits = String(significand.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        let whole = padded.dropLast(scale)
        var fraction = String(padded.suffix(scale))
        fraction += String(repeating: "0", count: max(0, placesMin - scale))
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped += "," }
            grouped.append(digit)
        }
        return (significand < 0 ? "−" : "") + grouped + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    /// Some digits and a power of ten; further digits are dropped.
    private static func scientific(_ significand: Int128, order: Int, digitsMax: Int = 4) -> String {
        let kept = String(significand.magnitude).prefix(digitsMax)
        var fraction = kept.dropFirst()
        while fraction.last == "0" { fraction = fraction.dropLast() }
        let raised = String(order).map { raisedDigits[$0] ?? $0 }
        return (significand < 0 ? "−" : "") + kept.prefix(1) + (fraction.isEmpty ? "" : ".\(fraction)") + "×10"
            + String(raised)
    }

    private static let raisedDigits: [Character: Character] = [
        "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
}

/// What a call of a model costs, in credits.
///
/// A charge is `ceil(input / 1000 * perInput + output / 1000 * perOutput + minimum)`.
package struct CreditPrice: Hashable, Sendable {
    /// For a thousand tokens of input, in thousandths of a credit.
    package let perInputMilli: Int64
    /// For a thousand tokens of output, in thousandths of a credit.
    package let perOutputMilli: Int64
    /// For any call, in credits.
    package let minimum: Int64

    /// Of each part.
    static let allowed: ClosedRange<Int64> = 0...1_000_000_000

    /// - Precondition: prices are from 0 to 1 000 000 credits.
    package init(perInputMilli: Int64, perOutputMilli: Int64, minimum: Int64) {
        let allowed = CreditPrice.allowed
        precondition(allowed.contains(perInputMilli) && allowed.contains(perOutputMilli) && allowed.contains(minimum))
        self.perInputMilli = perInputMilli
        self.perOutputMilli = perOutputMilli
        self.minimum = minimum
    }

    /// In credits, for a thousand tokens of input.
    package var perInput: Double { Double(perInputMilli) / 1000 }
    /// In credits, for a thousand tokens of output.
    package var perOutput: Double { Double(perOutputMilli) / 1000 }

    /// In whole credits.
    package init(perInput: Int64, perOutput: Int64, minimum: Int64) {
        self.init(perInputMilli: perInput * 1000, perOutputMilli: perOutput * 1000, minimum: minimum)
    }

    /// - Parameters:
    ///   - input: tokens; less than none count as none.
    ///   - output: tokens, those that nobody reads included.
    /// - Returns: credits.
    package func charge(input: Int, output: Int) -> Int64 {
        // No answer of any model comes near this; so nothing overflows.
        let tokens: ClosedRange<Int> = 0...1_000_000_000
        let millionths =
            Int64(min(max(input, tokens.lowerBound), tokens.upperBound)) * perInputMilli
            + Int64(min(max(output, tokens.lowerBound), tokens.upperBound)) * perOutputMilli
        let (whole, rest) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
        return whole + (rest > 0 ? 1 : 0) + minimum
    }
}

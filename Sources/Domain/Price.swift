/// What one unit of something costs, in the pair's quote currency.
///
/// May be negative: oil was, once. Candle checks demand more of crypto.
package struct Price: Hashable, Sendable {
    package let amount: ExactDecimal

    package init(_ amount: ExactDecimal) { self.amount = amount }

    /// Parses decimal text such as `64250.12`.
    package init?(_ text: some StringProtocol) {
        guard let amount = ExactDecimal(text) else { return nil }
        self.amount = amount
    }
}

extension Price: Comparable, CustomStringConvertible {
    package static func < (left: Price, right: Price) -> Bool { left.amount < right.amount }
    package var description: String { amount.description }
}

extension Price: Codable {
    package init(from decoder: any Decoder) throws { amount = try ExactDecimal(from: decoder) }
    package func encode(to encoder: any Encoder) throws { try amount.encode(to: encoder) }
}

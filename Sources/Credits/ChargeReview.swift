/// What a charge gives reason to say or to do: a plain value.
package struct ChargeReview: Hashable, Sendable {
    /// What was found.
    package enum Finding: Hashable, Sendable {
        /// There are fewer credits left than is worth a word, and before the charge there were not.
        case low(balance: Int64, threshold: Int64)
        /// A single charge was large.
        case large(credits: Int64, threshold: Int64)
        /// The account has spent too much in a short time: it may spend nothing more until somebody has looked at it.
        case spentTooMuch(credits: Int64, threshold: Int64)

        /// What metrics call it.
        package var word: String {
            switch self {
            case .low: "low"
            case .large: "large"
            case .spentTooMuch: "paused"
            }
        }
    }

    /// Fewer credits than this are worth a word; 0 turns it off, here and below.
    package var lowBelow: Int64 = 20
    /// A charge above this is large.
    package var largeAbove: Int64 = 50
    /// More than this within an hour is too much.
    package var hourMax: Int64 = 1000

    package init() {}

    package func isLow(_ balance: Int64) -> Bool { balance < lowBelow }

    /// - Parameters:
    ///   - charged: what was charged, at least 1.
    ///   - balance: what there is after it. Not without what is held: that may come back, and each fall is to be told
    ///     once, whatever is under way.
    ///   - spent: by the account within the last hour, this charge included.
    ///   - isPaused: whether the account may spend nothing already.
    /// - Returns: what was found, in a fixed order.
    package func findings(charged: Int64, balance: Int64, spent: Int64, isPaused: Bool) -> [Finding] {
        var found: [Finding] = []
        if isLow(balance), !isLow(balance + charged) { found.append(.low(balance: balance, threshold: lowBelow)) }
        if largeAbove > 0, charged > largeAbove { found.append(.large(credits: charged, threshold: largeAbove)) }
        if hourMax > 0, spent > hourMax, !isPaused {
            found.append(.spentTooMuch(credits: spent, threshold: hourMax))
        }
        return found
    }
}

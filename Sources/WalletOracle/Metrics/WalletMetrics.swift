package import Domain

/// The fifteen figures of a wallet, over the window; what is unknown is `nil`.
///
/// Shares are 0 to 1. Money is US dollars. A trade counts in the window that it was closed in.
package struct WalletMetrics: Hashable, Sendable {
    /// Those that did not fail.
    package var transactions: Int?
    /// What all swaps moved whose value is known; with `counts.unvaluedSwaps` above 0 it was more.
    package var volume: ExactDecimal?
    /// Closed trades with a profit, of all; unknown with fewer than `tradesMin`.
    package var winRatio: Ratio?
    /// Of closed trades; unknown without any.
    package var totalProfit: ExactDecimal?
    package var averageProfit: ExactDecimal?
    /// The deepest fall of the profits since their peak, as a share of the peak and the most that was at stake at once.
    package var maxDrawdown: Ratio?
    /// The standard deviation (of a sample) of the returns of closed trades; unknown with fewer than two.
    package var volatility: Double?
    /// The share of the volume that had a meme on one of its sides; unknown without volume.
    package var memeExposure: Ratio?
    /// Closed trades that lost more than half, of all.
    package var rugRatio: Ratio?
    /// Of trades closed within seven days.
    package var weekProfit: ExactDecimal?
    /// Those trades returned more than 50 % of their cost.
    package var isHot: Bool?
    /// Those trades lost more than 30 % of their cost.
    package var isCold: Bool?
    /// The volume is above 50 000 dollars.
    package var isWhale: Bool?
    /// Whole days since the wallet's first transaction ever.
    package var daysActive: Int?
    package var sentiment: XSentiment = .neutral

    package var counts = Counts()

    /// What the figures rest on.
    package struct Counts: Hashable, Sendable {
        package var closedTrades = 0
        package var wins = 0
        package var rugs = 0
        package var failed = 0
        /// Sales of what was not bought, which close no trade.
        package var unknownCosts = 0
        /// Purchases and sales at a price that nobody knows.
        package var unknownPrices = 0
        /// Swaps that the volume lacks.
        package var unvaluedSwaps = 0
        /// Older than the one before, or newer than now; left out.
        package var misplaced = 0

        package init() {}
    }

    /// Fewer closed trades say nothing of how many are won.
    package static let tradesMin = 5

    /// Of a wallet that nothing is known of.
    package init() {}
}

package import Bus
package import Domain
import Threading

/// The market as the station knows it now, readable from anywhere without waiting.
///
/// It belongs to the station and not to the actor that fills it, so that a restart forgets nothing: no candle is told
/// twice, and the age of the last price goes on counting.
package final class MarketBoard: Sendable {
    private let desk = Mutex(MarketDesk())

    package init() {}

    /// What there is to say now.
    ///
    /// - Parameters:
    ///   - now: what ages are counted to.
    ///   - staleAfter: prices older than this are stale.
    /// - Returns: who serves, how old the prices are, and what they are.
    package func status(at now: Timestamp, staleAfter: Duration) -> MarketStatus {
        desk.withLock { $0.status(at: now, staleAfter: staleAfter) }
    }

    /// The last price of a pair that is followed, and when it was told.
    package func tick(of pair: TradingPair) -> (tick: PriceTicked, receivedAt: Timestamp)? {
        desk.withLock { $0.tick(of: pair) }
    }

    /// Looks at and changes what is known, for the actor that fills the board.
    package func update<Result: Sendable>(_ change: (inout MarketDesk) -> Result) -> Result {
        desk.withLock { change(&$0) }
    }
}

/// What there is to say about the market at one moment.
package struct MarketStatus: Codable, Hashable, Sendable {
    /// Who serves the prices; absent when nobody does.
    package let source: String?
    /// Why it is that source, or why there is none.
    package let reason: String
    /// How old the oldest of the pairs' last prices is; absent while there is none.
    ///
    /// For a replay it counts since it was played.
    package let ageSeconds: Double?
    /// Whether there is no price at all, nobody serves, or the prices are older than they may be.
    package let stale: Bool
    /// Whether the prices are history played back.
    package let replayed: Bool
    /// By the pair's text.
    package let prices: [String: Price]
}

import Bus
import Domain
import WalletOracle

/// Works out a wallet's figures in one go: plain arithmetic, for a thread of its own.
enum OracleFigures {
    struct Order: Sendable {
        let history: WalletHistory
        let firstEver: Timestamp?
        let sentiment: XSentiment
        let now: Timestamp
        let window: Duration
        let assets: OracleAssets
    }

    static func metrics(_ order: Order, _ prices: OracleDoors.Pricing) -> WalletMetrics {
        var meter = WalletMeter(
            now: order.now,
            window: order.window,
            firstEver: order.firstEver,
            sentiment: order.sentiment,
            assets: order.assets
        )
        for transaction in order.history.inOrder { meter.note(transaction, price: prices) }
        return meter.metrics
    }
}

import Bus
import Domain
import Logging
import Market
import MarketHistory
import Telemetry
import WalletAnalysis
import WalletOracle

/// What things cost in dollars, as far as the station knows: kept candles for the past, the board for now.
struct OraclePrices: Sendable {
    let station: Station
    private let logger = Logger(label: "oracle")

    init(station: Station) { self.station = station }

    private static let solana = TradingPair("SOL-USD")
    /// A thousand hours each: more than a year.
    private static let pagesMax = 10

    // MARK: The past

    /// Prices of some assets within a time; only SOL and dollars on the chain are known.
    ///
    /// What trades against USDC and USDT counts as dollars everywhere at this station, so they are dollars here, too.
    func load(_ assets: Set<String>, from: Timestamp, to: Timestamp) async -> OracleDoors.Pricing {
        let hours = assets.contains(AssetAmount.sol) ? await solana(from: from, to: to) : [:]
        return { asset, time in
            switch asset {
            case OracleAssets.usdc, OracleAssets.usdt: ExactDecimal(1)
            case AssetAmount.sol: hours[CandleInterval.oneHour.start(of: time)]
            default: nil
            }
        }
    }

    /// What SOL cost as each hour began; hours of which no candle is kept are missing.
    private func solana(from: Timestamp, to: Timestamp) async -> [Timestamp: ExactDecimal] {
        guard let pair = Self.solana, from < to else { return [:] }
        var prices: [Timestamp: ExactDecimal] = [:]
        var rest: Range<Timestamp>? = CandleInterval.oneHour.start(of: from)..<to.advanced(by: .nanoseconds(1))
        do throws(HistoryError) {
            for _ in 0..<Self.pagesMax {
                guard let range = rest else { break }
                // The newest first: where it is too much, the old ones are missing.
                let page = try await station.records.candles.candles(of: pair, .oneHour, in: range, .newestFirst)
                for row in page.rows { prices[row.candle.openTime] = row.candle.open.amount }
                rest = page.rest
            }
        } catch {
            logger.warning("a wallet's trades have no prices", metadata: [LogKey.error: "\(error)"])
        }
        // The hour that goes on has no candle yet.
        if let tick = tick(of: pair) {
            let hour = CandleInterval.oneHour.start(of: tick.at)
            if prices[hour] == nil { prices[hour] = tick.dollars }
        }
        return prices
    }

    // MARK: Now

    /// The newest price of a pair from a live source, with its age.
    func live(_ text: String) -> LivePrice? { TradingPair(text).flatMap(tick) }

    private func tick(of pair: TradingPair) -> LivePrice? {
        guard let tick = station.board.tick(of: pair)?.tick, !tick.isReplayed else { return nil }
        return LivePrice(dollars: tick.price.amount, at: tick.asOf)
    }
}

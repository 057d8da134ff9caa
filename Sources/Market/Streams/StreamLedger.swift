import Bus
import Domain

/// Which pairs live streams tell, and whose word counts: a part of the desk's decisions.
struct StreamLedger: Sendable {
    private struct Told: Sendable {
        var guardian = PriceGuard()
        /// The last sound price, by the exchange's own time, and when it came.
        var last: (price: Price, asOf: Timestamp, receivedAt: Timestamp)?
        /// When anything sound or held came.
        var asOf: Timestamp?
    }

    enum Verdict {
        case sound
        case held
        /// It is older than what the exchange has told already.
        case outOfOrder
    }

    private var told: [TradingPair: [String: Told]] = [:]

    /// A stream that has said nothing of a pair for so long does not speak for it: then it is asked for.
    private static let quietMax: Duration = .seconds(10)

    mutating func look(at quote: Quote, by exchange: String, besides known: PriceTicked?, at now: Timestamp) -> Verdict
    {
        var one = told[quote.pair]?[exchange] ?? Told()
        if let before = one.asOf, quote.asOf < before { return .outOfOrder }
        one.asOf = quote.asOf
        defer { told[quote.pair, default: [:]][exchange] = one }
        let opinion = opinion(of: quote.pair, besides: exchange, known)
        guard one.guardian.look(at: quote.price, at: quote.asOf, besides: opinion) != .held else { return .held }
        one.last = (quote.price, quote.asOf, now)
        return .sound
    }

    /// What somebody else has told last.
    private func opinion(
        of pair: TradingPair,
        besides exchange: String,
        _ known: PriceTicked?
    ) -> (price: Price, time: Timestamp)? {
        let others = (told[pair] ?? [:]).filter { $0.key != exchange }.values.compactMap(\.last)
        if let newest = others.max(by: { $0.asOf < $1.asOf }) { return (newest.price, newest.asOf) }
        guard let known, known.source != exchange else { return nil }
        return (known.price, known.asOf)
    }

    /// Whose prices of a pair are told: the first in order who is not quiet.
    func speaker(for pair: TradingPair, among order: [String], at now: Timestamp) -> String? {
        order.first { exchange in
            told[pair]?[exchange]?.last.map { $0.receivedAt.duration(to: now) <= StreamLedger.quietMax } ?? false
        }
    }

    /// The first in order who speaks for any pair.
    func leader(among order: [String], at now: Timestamp) -> String? {
        order.first { exchange in told.keys.contains { speaker(for: $0, among: [exchange], at: now) != nil } }
    }

    func lastSound(of pair: TradingPair, by exchange: String) -> Price? { told[pair]?[exchange]?.last?.price }

    func isStreamed(_ pair: TradingPair, at now: Timestamp) -> Bool {
        (told[pair] ?? [:]).keys.contains { speaker(for: pair, among: [$0], at: now) != nil }
    }

    func isAnyStreamed(at now: Timestamp) -> Bool { told.keys.contains { isStreamed($0, at: now) } }

    // MARK: Candles

    private struct Seen: Sendable {
        let candle: Candle
        let symbol: String
        let exchange: String
    }

    /// Whole candles that have not been due, the newest last.
    private var seen: [TradingPair: [Seen]] = [:]
    private static let seenMax = 16

    mutating func keep(_ series: CandleSeries, of exchange: String) {
        var kept = seen[series.pair] ?? []
        for candle in series.candles where kept.last.map({ candle.openTime > $0.candle.openTime }) ?? true {
            kept.append(Seen(candle: candle, symbol: series.symbol, exchange: exchange))
        }
        seen[series.pair] = kept.suffix(StreamLedger.seenMax)
    }

    /// So many candles without a gap, all of one exchange; `nil` when one is missing.
    func candles(
        of pair: TradingPair,
        _ interval: CandleInterval,
        since: Timestamp,
        count: Int
    ) -> Sourced<CandleSeries>? {
        let found = (seen[pair] ?? []).filter { $0.candle.interval == interval && $0.candle.openTime >= since }
            .prefix(count)
        guard let first = found.first, found.count == count, first.candle.openTime == since,
            found.allSatisfy({ $0.exchange == first.exchange }),
            zip(found, found.dropFirst()).allSatisfy({ $0.candle.closeTime == $1.candle.openTime })
        else { return nil }
        let series = CandleSeries(
            pair: pair,
            symbol: first.symbol,
            interval: interval,
            candles: found.map(\.candle)
        )
        return Sourced(series, source: first.exchange, passedOver: [])
    }

    // MARK: What ends

    mutating func forget(_ exchange: String) {
        for pair in told.keys { told[pair]?[exchange] = nil }
    }

    mutating func keepOnly(_ pairs: [TradingPair]) {
        told = told.filter { pairs.contains($0.key) }
        seen = seen.filter { pairs.contains($0.key) }
    }
}

import Actors
import Bus
import Domain
import Market
import MarketHistory
import Store
import TestKit
import Threading

/// An exchange with hours in which it is closed, whose answers lack candles that it has, and which changes its mind.
///
/// What it has is a function of the time, so that a test knows it too.
final class UnreliableExchange: MarketProvider {
    let name = "exchange"
    private let state = Mutex((asked: 0, isHonest: false))

    /// Whether its answers lack nothing, from now on.
    func becomeHonest(_ isHonest: Bool) { state.withLock { $0.isHonest = isHonest } }

    /// Half an hour of each day nothing is traded.
    static func exists(_ openTime: Timestamp) -> Bool {
        let second = ((openTime.nanoseconds / 1_000_000_000) % 86_400 + 86_400) % 86_400
        return !(72_000..<73_800).contains(second)
    }

    static func candle(_ openTime: Timestamp, _ interval: CandleInterval, correction: Int = 0) -> Candle {
        let low = Int(openTime.nanoseconds / 60_000_000_000 % 1000) + 1
        return Candle(
            openTime: openTime,
            interval: interval,
            open: Price(ExactDecimal(low)),
            high: Price(ExactDecimal(low + 10)),
            low: Price(ExactDecimal(low)),
            close: Price(ExactDecimal(low + 1 + correction)),
            volume: ExactDecimal(low)
        )
    }

    /// From the 30th to the 34th hour nobody can reach it.
    private static func isAway(_ now: Timestamp) -> Bool {
        (30 * 3600..<34 * 3600).contains(testStart.duration(to: now) / .seconds(1))
    }

    func quotes(_ query: QuoteQuery) async throws(ProviderError) -> ProviderAnswer<[Quote]> {
        if Self.isAway(query.now) { throw ProviderError(.unreachable) }
        let price = Price(ExactDecimal(Int(query.now.nanoseconds / 1_000_000_000 % 1000) + 1))
        return ProviderAnswer(
            query.pairs.map { Quote(pair: $0, symbol: "\($0.base)USD", price: price, asOf: query.now) }
        )
    }

    func candles(_ query: CandleQuery) async throws(ProviderError) -> ProviderAnswer<CandleSeries> {
        if Self.isAway(query.now) { throw ProviderError(.unreachable) }
        let (asked, isHonest) = state.withLock { state in
            state.asked += 1
            return (state.asked, state.isHonest)
        }
        let newest = query.interval.start(of: query.now)
        let length = query.interval.duration
        var opening = query.since ?? newest.advanced(by: .zero - length * (query.count - 1))
        var candles: [Candle] = []
        while opening <= newest, candles.count < query.count {
            defer { opening = opening.advanced(by: length) }
            if query.interval == .oneMinute, !Self.exists(opening) { continue }
            // One in eleven is lost, another one the next time; and the newest now and then, as if it came late.
            let number = Int(opening.nanoseconds / 60_000_000_000)
            if !isHonest, (number + asked * 7) % 11 == 0 { continue }
            // Each seventh question hears of another close.
            candles.append(Self.candle(opening, query.interval, correction: asked % 7 == 0 && !isHonest ? 1 : 0))
        }
        return ProviderAnswer(
            CandleSeries(pair: query.pair, symbol: "\(query.pair.base)USD", interval: query.interval, candles: candles)
        )
    }
}

/// A history in which the program can be stopped at a chosen point, and which can fail.
final class InterruptedHistory: CandleKeeping {
    enum Point: Hashable, Sendable {
        /// Stored, and not told.
        case afterSaving
        /// Told, and not noted.
        case beforeNoting
    }

    private struct State {
        var point: Point?
        var failures = 0
        /// Stretches that were told and not noted: behind the first, up to the second.
        var unnoted: [TradingPair: [Range<Timestamp>]] = [:]
    }

    private let base: CandleRepository
    private let stopwatch: Stopwatch
    private let state = Mutex(State())

    init(_ base: CandleRepository, _ stopwatch: Stopwatch) {
        self.base = base
        self.stopwatch = stopwatch
    }

    /// Holds the next one that comes to a point, until its task is cancelled.
    func hold(at point: Point) { state.withLock { $0.point = point } }
    var isHeld: Bool { held.load(ordering: .acquiring) }
    func fail(times: Int) { state.withLock { $0.failures = times } }
    var failuresLeft: Int { state.withLock { $0.failures } }
    var unnoted: [TradingPair: [Range<Timestamp>]] { state.withLock { $0.unnoted } }
    private let held = Atomic(false)

    private func pass(_ point: Point) async throws(HistoryError) {
        let isMeant = state.withLock { state in
            guard state.point == point else { return false }
            state.point = nil
            return true
        }
        guard isMeant else { return }
        held.store(true, ordering: .releasing)
        // On the clock of the test, so that it sees that somebody waits.
        do {
            try await stopwatch.sleep(for: .seconds(1_000_000))
        } catch {
            held.store(false, ordering: .releasing)
            throw .store(StoreError(.cancelled))
        }
    }

    func save(_ candles: [Candle], of series: CandleSeriesName) async throws(HistoryError) -> CandleSaveReport {
        let fails = state.withLock { state in
            defer { state.failures = max(0, state.failures - 1) }
            return state.failures > 0
        }
        if fails { throw .store(StoreError(.full)) }
        let report = try await base.save(candles, of: series)
        if series.interval == .oneMinute, !candles.isEmpty { try await pass(.afterSaving) }
        return report
    }

    func noteAsked(_ range: Range<Timestamp>, of series: CandleSeriesName) async throws(HistoryError) {
        try await base.noteAsked(range, of: series)
    }

    func kept(
        of pair: TradingPair,
        _ interval: CandleInterval,
        in range: Range<Timestamp>,
        preferring source: String
    ) async throws(HistoryError) -> [SourcedCandle] {
        try await base.kept(of: pair, interval, in: range, preferring: source)
    }

    func newest(of pair: TradingPair, _ interval: CandleInterval) async throws(HistoryError) -> Timestamp? {
        try await base.newest(of: pair, interval)
    }

    func toldThrough(_ pair: TradingPair, _ interval: CandleInterval) async throws(HistoryError) -> Timestamp? {
        try await base.toldThrough(pair, interval)
    }

    func noteTold(
        through openTime: Timestamp,
        of pair: TradingPair,
        _ interval: CandleInterval
    ) async throws(HistoryError) {
        let noted = try await base.toldThrough(pair, interval)
        let isMeant = state.withLock { $0.point == .beforeNoting }
        if isMeant, let noted, noted < openTime {
            state.withLock { $0.unnoted[pair, default: []].append(noted..<openTime) }
        }
        if noted != nil { try await pass(.beforeNoting) }
        try await base.noteTold(through: openTime, of: pair, interval)
    }
}

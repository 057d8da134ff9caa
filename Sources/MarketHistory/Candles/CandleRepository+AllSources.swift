package import Bus
package import Domain
package import Market
import Store

/// A candle as it is kept, with the name of who told it.
package struct SourcedCandle: Hashable, Sendable {
    package let stored: StoredCandle
    package let source: String

    package var candle: Candle { stored.candle }
}

/// Candles that are missing, and why.
package struct CandleHole: Hashable, Sendable {
    package let gap: CandleGap
    /// Whether somebody was asked for them and had none; otherwise nobody was.
    package let wasAsked: Bool

    package init(gap: CandleGap, wasAsked: Bool) {
        self.gap = gap
        self.wasAsked = wasAsked
    }
}

/// What is missing of a pair in a range.
package struct CandleHoles: Hashable, Sendable {
    /// In order.
    package let holes: [CandleHole]
    /// What of the range was not looked at; `nil` when all was.
    package let rest: Range<Timestamp>?
}

extension CandleRepository {
    /// Openings that are looked at together where several sources have told a pair.
    private static let openingsAtOnce = 5000
    /// The most openings of one call of `holes`.
    package static let openingsMax = 6_000_000

    /// When the newest candle of a pair opened, whoever told it; `nil` when there is none.
    ///
    /// - Throws: `HistoryError.store`.
    package func newest(
        of pair: TradingPair,
        _ interval: CandleInterval
    ) async throws(HistoryError) -> Timestamp? {
        var newest: Timestamp?
        for series in try await directory.list(pair, interval) {
            guard let time = try await database.query(CandleSQL.newest, [.integer(series.id)]).first?[0].time else {
                continue
            }
            newest = max(newest ?? time, time)
        }
        return newest
    }

    /// The candles of a pair that opened in a range, each once, whoever told them.
    ///
    /// - Parameters:
    ///   - pair: what is traded.
    ///   - interval: how much time a candle covers.
    ///   - range: when they opened.
    ///   - order: which end of the range comes first.
    ///   - sources: whose are taken where several have told one, the first the most; others follow by name.
    ///   - only: whose alone are wanted; `nil` for anybody's.
    ///   - limit: the most of them, 1 to 1000.
    /// - Returns: them, and what of the range is still to be read.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func candles(
        of pair: TradingPair,
        _ interval: CandleInterval,
        in range: Range<Timestamp>,
        _ order: RowOrder = .oldestFirst,
        preferring sources: [String] = [],
        only: String? = nil,
        limit: Int = 1000
    ) async throws(HistoryError) -> HistoryPage<SourcedCandle> {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        let range = InputCheck.clamped(range)
        func rank(_ source: String) -> Int { sources.firstIndex(of: source) ?? Int.max }
        let all = try await directory.list(pair, interval).filter { only == nil || only == $0.source }
        var found: [Timestamp: SourcedCandle] = [:]
        for series in all.sorted(by: { (rank($0.source), $0.source) < (rank($1.source), $1.source) }) {
            let rows = try await database.query(
                CandleSQL.page(order),
                [.integer(series.id), SQLValue(range.lowerBound), SQLValue(range.upperBound), SQLValue(limit + 1)]
            )
            for row in rows {
                guard let candle = StoredCandle(row, interval) else { throw .corrupt("ohlcv") }
                let time = candle.candle.openTime
                if found[time] == nil { found[time] = SourcedCandle(stored: candle, source: series.source) }
            }
        }
        let sorted = found.values.sorted { one, other in
            order == .oldestFirst
                ? one.candle.openTime < other.candle.openTime : one.candle.openTime > other.candle.openTime
        }
        return HistoryPage(sorted, limit: limit, in: range, order, time: \.candle.openTime)
    }

    /// What is missing of a pair in a range, as far as that has passed, and whether anybody was asked for it.
    ///
    /// - Parameters:
    ///   - pair: what is traded.
    ///   - interval: how much time a candle covers.
    ///   - source: whose candles and answers count; `nil` for anybody's.
    ///   - range: where candles are expected; at most `openingsMax` of them.
    ///   - limit: the most holes, 1 to 1000.
    /// - Returns: the holes.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func holes(
        of pair: TradingPair,
        _ interval: CandleInterval,
        from source: String? = nil,
        in range: Range<Timestamp>,
        limit: Int = 1000
    ) async throws(HistoryError) -> CandleHoles {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        try InputCheck.count(interval.openings(in: InputCheck.clamped(range)), "range", in: 0...Self.openingsMax)
        var range = InputCheck.clamped(range)
        range = range.clamped(to: range.lowerBound..<max(range.lowerBound, interval.start(of: now())))
        let series = try await directory.list(pair, interval).filter { source == nil || source == $0.source }.map(\.id)
        let asked = try await asked(of: pair, interval, from: source, in: range)
        var finder = GapFinder(range: range, interval: interval)
        var holes: [CandleHole] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start.advanced(by: interval.duration * Self.openingsAtOnce))
            for time in try await openTimes(series, start..<end) {
                guard let gap = finder.observe(time) else { continue }
                holes += CandleHole.parts(of: gap, interval, asked: asked)
                if holes.count >= limit {
                    return CandleHoles(holes: Array(holes.prefix(limit)), rest: time..<range.upperBound)
                }
            }
            start = end
        }
        if let gap = finder.finish() { holes += CandleHole.parts(of: gap, interval, asked: asked) }
        return CandleHoles(holes: Array(holes.prefix(limit)), rest: nil)
    }

    private func openTimes(_ series: [Int64], _ range: Range<Timestamp>) async throws(HistoryError) -> [Timestamp] {
        var times: Set<Timestamp> = []
        for id in series {
            let rows = try await database.query(
                CandleSQL.openTimes,
                [
                    .integer(id), SQLValue(range.lowerBound), SQLValue(range.upperBound),
                    SQLValue(Self.openingsAtOnce + 1),
                ]
            )
            for row in rows {
                guard let time = row[0].time else { throw .corrupt("ohlcv") }
                times.insert(time)
            }
        }
        return times.sorted()
    }
}

extension CandleHole {
    /// A gap, cut where what was asked for begins and ends.
    package static func parts(of gap: CandleGap, _ interval: CandleInterval, asked: TimeRanges) -> [CandleHole] {
        func hole(_ range: Range<Timestamp>, _ wasAsked: Bool) -> CandleHole? {
            let missing = interval.openings(in: range)
            guard missing > 0 else { return nil }
            return CandleHole(
                gap: CandleGap(from: range.lowerBound, to: range.upperBound, missing: missing),
                wasAsked: wasAsked
            )
        }
        let range = gap.from..<gap.to
        let parts =
            asked.covered(of: range).compactMap { hole($0, true) }
            + asked.uncovered(of: range).compactMap { hole($0, false) }
        return parts.sorted { $0.gap.from < $1.gap.from }
    }
}

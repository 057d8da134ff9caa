package import Bus
import Domain
import Market
import Store

extension CandleRepository {
    /// Times that are read at once where only times are wanted.
    private static let timesAtOnce = 10_000
    /// The most gaps of one call.
    private static let gapCounts = 1...1000

    /// The candles of a series that opened in a range.
    ///
    /// - Parameters:
    ///   - series: whose.
    ///   - range: when they opened.
    ///   - order: which end of the range comes first.
    ///   - limit: the most of them, 1 to 1000.
    /// - Returns: them, and what of the range is still to be read.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func candles(
        of series: CandleSeriesName,
        in range: Range<Timestamp>,
        _ order: RowOrder = .oldestFirst,
        limit: Int = 1000
    ) async throws(HistoryError) -> HistoryPage<StoredCandle> {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        let range = InputCheck.clamped(range)
        var found: [StoredCandle] = []
        if let id = try await directory.find(series.key) {
            let rows = try await database.query(
                CandleSQL.page(order),
                [.integer(id), SQLValue(range.lowerBound), SQLValue(range.upperBound), SQLValue(limit + 1)]
            )
            found.reserveCapacity(rows.count)
            for row in rows {
                guard let candle = StoredCandle(row, series.interval) else { throw .corrupt("ohlcv") }
                found.append(candle)
            }
        }
        return HistoryPage(found, limit: limit, in: range, order, time: \.candle.openTime)
    }

    /// When the newest candle of a series opened; `nil` when there is none.
    ///
    /// - Throws: `HistoryError.store`.
    package func newest(of series: CandleSeriesName) async throws(HistoryError) -> Timestamp? {
        guard let id = try await directory.find(series.key) else { return nil }
        return try await database.query(CandleSQL.newest, [.integer(id)]).first?[0].time
    }

    /// Every series and how far it reaches, in the order in which they were first stored.
    ///
    /// - Throws: `HistoryError.store`.
    package func ends() async throws(HistoryError) -> [CandleSeriesEnd] {
        var ends: [CandleSeriesEnd] = []
        var last: Int64 = 0
        while true {
            let rows = try await database.query(CandleSQL.ends, [.integer(last), SQLValue(1000)])
            for row in rows {
                guard let end = CandleSeriesEnd(row), let id = row[0].integer else { throw .corrupt("market_series") }
                ends.append(end)
                last = id
            }
            if rows.count < 1000 { return ends }
        }
    }

    /// What a series lacks in a range, as far as that has passed.
    ///
    /// A candle that is still forming is not missing. That nothing was traded and that nothing was fetched look alike.
    /// - Parameters:
    ///   - series: whose candles.
    ///   - range: where they are expected.
    ///   - limit: the most gaps, 1 to 1000.
    /// - Returns: the gaps, in order.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func gaps(
        of series: CandleSeriesName,
        in range: Range<Timestamp>,
        limit: Int = 1000
    ) async throws(HistoryError) -> MissingCandles {
        try InputCheck.count(limit, "limit", in: CandleRepository.gapCounts)
        let forming = series.interval.start(of: now())
        var range = InputCheck.clamped(range)
        range = range.clamped(to: range.lowerBound..<max(range.lowerBound, forming))
        var finder = GapFinder(range: range, interval: series.interval)
        var gaps: [CandleGap] = []
        let id = try await directory.find(series.key)
        var start = range.lowerBound
        while let id, start < range.upperBound {
            let rows = try await database.query(
                CandleSQL.openTimes,
                [
                    .integer(id), SQLValue(start), SQLValue(range.upperBound),
                    SQLValue(CandleRepository.timesAtOnce),
                ]
            )
            for row in rows {
                guard let time = row[0].time else { throw .corrupt("ohlcv") }
                if let gap = finder.observe(time) { gaps.append(gap) }
                if gaps.count == limit { return MissingCandles(gaps: gaps, rest: time..<range.upperBound) }
                start = time.advanced(by: .nanoseconds(1))
            }
            if rows.count < CandleRepository.timesAtOnce { break }
        }
        if let gap = finder.finish() { gaps.append(gap) }
        return MissingCandles(gaps: gaps, rest: nil)
    }
}

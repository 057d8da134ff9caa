package import Bus
package import Domain
import Store

extension CandleRepository {
    /// Stretches that one call reads; a series has few, as those that touch are one.
    private static let stretchesMax = 10_000

    /// Notes that a series was asked for a range, and that every candle that it has there is stored.
    ///
    /// - Parameters:
    ///   - range: from an opening to an opening.
    ///   - series: who was asked for what.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func noteAsked(_ range: Range<Timestamp>, of series: CandleSeriesName) async throws(HistoryError) {
        guard !range.isEmpty else { return }
        try InputCheck.time(range.lowerBound, "from")
        try InputCheck.time(range.upperBound, "to")
        let id = try await directory.findOrMake(series.key)
        _ = try await database.commit { transaction in
            let arguments: [SQLValue] = [.integer(id), SQLValue(range.lowerBound), SQLValue(range.upperBound)]
            let ends = try transaction.rows(CoverageSQL.touching, arguments).first
            let start = min(range.lowerBound, ends?[0].time ?? range.lowerBound)
            let end = max(range.upperBound, ends?[1].time ?? range.upperBound)
            try transaction.execute(CoverageSQL.removeTouching, arguments)
            return try transaction.execute(CoverageSQL.insert, [.integer(id), SQLValue(start), SQLValue(end)])
        }
    }

    /// For which parts of a range candles were asked, of one source or of any.
    ///
    /// - Parameters:
    ///   - pair: what is traded.
    ///   - interval: how much time a candle covers.
    ///   - source: whose answers count; `nil` for anybody's.
    ///   - range: what is of interest.
    /// - Returns: the parts.
    /// - Throws: `HistoryError.store`.
    package func asked(
        of pair: TradingPair,
        _ interval: CandleInterval,
        from source: String? = nil,
        in range: Range<Timestamp>
    ) async throws(HistoryError) -> TimeRanges {
        let range = InputCheck.clamped(range)
        var found: [Range<Timestamp>] = []
        for series in try await directory.list(pair, interval) where source == nil || source == series.source {
            let rows = try await database.query(
                CoverageSQL.within,
                [
                    .integer(series.id), SQLValue(range.lowerBound), SQLValue(range.upperBound),
                    SQLValue(CandleRepository.stretchesMax),
                ]
            )
            for row in rows {
                guard let from = row[0].time, let to = row[1].time, from < to else { throw .corrupt("candle_coverage") }
                found.append((from..<to).clamped(to: range))
            }
        }
        return TimeRanges(found)
    }

    // MARK: What was told

    /// The opening of the newest candle that was told on the bus; `nil` when none was.
    ///
    /// - Throws: `HistoryError.store`.
    package func toldThrough(
        _ pair: TradingPair,
        _ interval: CandleInterval
    ) async throws(HistoryError) -> Timestamp? {
        try await database.query(CoverageSQL.told, [.text(pair.text), .text(interval.rawValue)]).first?[0].time
    }

    /// Notes how far candles were told; what was told before is known already and changes nothing.
    ///
    /// - Parameters:
    ///   - openTime: when the newest of them opened.
    ///   - pair: what is traded.
    ///   - interval: how much time a candle covers.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func noteTold(
        through openTime: Timestamp,
        of pair: TradingPair,
        _ interval: CandleInterval
    ) async throws(HistoryError) {
        try InputCheck.time(openTime, "through")
        try await database.run(
            CoverageSQL.noteTold,
            [.text(pair.text), .text(interval.rawValue), SQLValue(openTime)]
        )
    }
}

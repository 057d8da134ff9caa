package import Bus
package import Domain
import Store

extension PriceRepository {
    /// Where thinning goes on.
    package struct ThinningPlace: Hashable, Sendable {
        fileprivate let series: Int64
        fileprivate let time: Timestamp
    }

    /// Prices that one call looks at: enough to get on, and few enough that writers do not wait.
    private static let thinnedAtOnce = 5000

    /// Leaves of old prices one of each interval: the last.
    ///
    /// One call looks at some thousands; a round is done when it answers with no place to go on. What is on its way to
    /// the archive is left as it is.
    /// - Parameters:
    ///   - bound: only intervals that ended before are thinned.
    ///   - interval: of which one price stays.
    ///   - place: where the call before stopped; `nil` begins a round.
    /// - Returns: how many prices went, and where to go on: `nil` at the end of the round.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func thin(
        before bound: Timestamp,
        to interval: CandleInterval,
        from place: ThinningPlace? = nil
    ) async throws(HistoryError) -> (removed: Int, next: ThinningPlace?) {
        try InputCheck.time(bound, "bound")
        let end = interval.start(of: bound)
        let place = place ?? ThinningPlace(series: 0, time: InputCheck.earliest)
        let horizon = try await database.query(PriceSQL.horizon).first?[0].time ?? InputCheck.earliest
        let found = try await database.query(
            PriceSQL.seriesWithin,
            [.integer(place.series - 1), SQLValue(horizon), SQLValue(end), SQLValue(1)]
        )
        guard let series = found.first?[0].integer else { return (0, nil) }
        // A place in the middle of one series says nothing of the next.
        let first = series == place.series ? max(place.time, horizon) : horizon
        let count = PriceRepository.thinnedAtOnce
        let rows = try await database.query(
            PriceSQL.times,
            [.integer(series), SQLValue(first), SQLValue(end), SQLValue(count)]
        )
        let times = rows.compactMap { $0[0].time }
        let removed = try await remove(PriceThinning.superfluous(times, interval), of: series)
        guard times.count == count, let last = times.last else {
            return (removed, ThinningPlace(series: series + 1, time: InputCheck.earliest))
        }
        // More of the last interval may follow; its one that stayed is looked at again.
        return (removed, ThinningPlace(series: series, time: interval.start(of: last)))
    }

    private func remove(_ times: [Timestamp], of series: Int64) async throws(HistoryError) -> Int {
        guard !times.isEmpty else { return 0 }
        let dialect = database.dialect
        return try await database.commit { transaction in
            let horizon = try transaction.rows(PriceSQL.horizon).first?[0].time
            // The archive may have begun to take them since they were read.
            let free = times.filter { time in horizon.map { time >= $0 } ?? true }
            guard !free.isEmpty else { return 0 }
            let list = IntegerList.value(free.map(\.nanoseconds), for: dialect)
            return try transaction.execute(PriceSQL.removeTimes, [.integer(series), list])
        }
    }
}

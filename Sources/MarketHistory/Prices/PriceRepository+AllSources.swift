package import Bus
package import Domain
import Store

extension PriceRepository {
    /// The prices of a pair in a range of time, whoever told them; of one moment, one.
    ///
    /// - Parameters:
    ///   - pair: what is traded.
    ///   - range: when they held.
    ///   - order: which end of the range comes first.
    ///   - limit: the most of them, 1 to 1000.
    /// - Returns: them, and what of the range is still to be read.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func prices(
        of pair: TradingPair,
        in range: Range<Timestamp>,
        _ order: RowOrder = .oldestFirst,
        limit: Int = 1000
    ) async throws(HistoryError) -> HistoryPage<StoredPrice> {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        let range = InputCheck.clamped(range)
        var found: [Timestamp: StoredPrice] = [:]
        for series in try await directory.list(pair, nil) {
            let rows = try await database.query(
                PriceSQL.page(order),
                [.integer(series.id), SQLValue(range.lowerBound), SQLValue(range.upperBound), SQLValue(limit + 1)]
            )
            for row in rows {
                guard let price = StoredPrice(row, pair: pair, source: series.source) else { throw .corrupt("price") }
                let time = price.observation.asOf
                if found[time] == nil { found[time] = price }
            }
        }
        let sorted = found.values.sorted { one, other in
            let (first, second) = (one.observation.asOf, other.observation.asOf)
            return order == .oldestFirst ? first < second : first > second
        }
        return HistoryPage(sorted, limit: limit, in: range, order, time: \.observation.asOf)
    }
}

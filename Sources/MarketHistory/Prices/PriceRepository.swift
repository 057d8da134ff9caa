package import Bus
package import Domain
package import Store

/// The single prices that are kept, over the store of either engine.
///
/// A month of them leaves for the archive some time after it has ended: see `archive`.
package struct PriceRepository: Sendable {
    /// The most prices of one call of `append`.
    package static let appendCountMax = 1000
    /// How far a source's clock may be ahead of ours.
    package static let clockSkewMax: Duration = .seconds(300)

    let database: HistoryDatabase
    let directory: SeriesDirectory
    let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - store: where they are kept.
    ///   - now: what time it is.
    package init(store: any Storage, now: @escaping @Sendable () -> Timestamp) {
        database = HistoryDatabase(store)
        directory = SeriesDirectory(database)
        self.now = now
    }

    // MARK: Storing

    /// Stores prices, all of them together: they may come again as often as they like.
    ///
    /// - Parameter prices: in any order, at most `appendCountMax`.
    /// - Returns: what became of them.
    /// - Throws: `HistoryError`: `.badInput` for one that is of the future (nothing is stored then), and `.store`.
    package func append(_ prices: [PriceObservation]) async throws(HistoryError) -> PriceAppendReport {
        try InputCheck.count(prices.count, "prices", in: 0...PriceRepository.appendCountMax)
        guard !prices.isEmpty else { return PriceAppendReport() }
        let latest = now().advanced(by: PriceRepository.clockSkewMax)
        for (place, price) in prices.enumerated() {
            try InputCheck.time(price.asOf, "prices[\(place)].asOf")
            guard price.asOf <= latest else {
                throw .badInput(field: "prices[\(place)].asOf", problem: "\(price.asOf) is in the future")
            }
        }
        var found: [SeriesKey: Int64] = [:]
        for price in prices where found[price.key] == nil {
            found[price.key] = try await directory.findOrMake(price.key)
        }
        let series = found
        return try await database.commit { transaction in
            try PriceRepository.append(prices, series, &transaction)
        }
    }

    private struct Place: Hashable {
        let series: Int64
        let asOf: Timestamp
    }

    private static func append(
        _ prices: [PriceObservation],
        _ series: [SeriesKey: Int64],
        _ transaction: inout Transaction
    ) throws -> PriceAppendReport {
        var report = PriceAppendReport()
        let horizon = try transaction.rows(PriceSQL.horizon).first?[0].time
        let storedAt = SQLValue(transaction.now)
        var placed: [(place: Place, price: Price)] = []
        for price in prices {
            guard let id = series[price.key] else { throw HistoryError.corrupt("market_series") }
            if let horizon, price.asOf < horizon {
                report.tooOld += 1
            } else {
                placed.append((Place(series: id, asOf: price.asOf), price.price))
            }
        }
        let rows = placed.map { place, price -> [SQLValue] in
            [.integer(place.series), SQLValue(place.asOf), storedAt, SQLValue(price.amount)]
        }
        var inserted: Set<Place> = []
        for answer in try transaction.runAll(PriceSQL.insertion.statements(for: rows)) {
            for row in answer.rows {
                guard let id = row[0].integer, let asOf = row[1].time else { continue }
                inserted.insert(Place(series: id, asOf: asOf))
            }
        }
        let known = placed.filter { inserted.remove($0.place) == nil }
        report.inserted = placed.count - known.count
        let answers = try transaction.runAll(
            known.map { place, _ in
                BoundStatement(PriceSQL.ofTime, [.integer(place.series), SQLValue(place.asOf)])
            }
        )
        for (offered, answer) in zip(known, answers) {
            guard let first = answer.rows.first?[0].decimal else { throw HistoryError.corrupt("price") }
            if first == offered.price.amount { report.unchanged += 1 } else { report.conflicts += 1 }
        }
        return report
    }

    // MARK: Reading

    /// The newest price of a pair that each source has told, in the order of their names.
    ///
    /// - Throws: `HistoryError.store`.
    package func last(of pair: TradingPair) async throws(HistoryError) -> [StoredPrice] {
        var prices: [StoredPrice] = []
        for row in try await database.query(PriceSQL.last, [.text(pair.text)]) {
            guard let source = row[0].text, let price = StoredPrice(Array(row[1...]), pair: pair, source: source) else {
                throw .corrupt("price")
            }
            prices.append(price)
        }
        return prices
    }

    /// The prices of a pair that one source has told of a range of time.
    ///
    /// - Parameters:
    ///   - pair: what is traded.
    ///   - source: who told them.
    ///   - range: when they held.
    ///   - order: which end of the range comes first.
    ///   - limit: the most of them, 1 to 1000.
    /// - Returns: them, and what of the range is still to be read.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func prices(
        of pair: TradingPair,
        from source: String,
        in range: Range<Timestamp>,
        _ order: RowOrder = .oldestFirst,
        limit: Int = 1000
    ) async throws(HistoryError) -> HistoryPage<StoredPrice> {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        let range = InputCheck.clamped(range)
        var found: [StoredPrice] = []
        if let id = try await directory.find(SeriesKey(pair: pair, interval: nil, source: source)) {
            let rows = try await database.query(
                PriceSQL.page(order),
                [.integer(id), SQLValue(range.lowerBound), SQLValue(range.upperBound), SQLValue(limit + 1)]
            )
            for row in rows {
                guard let price = StoredPrice(row, pair: pair, source: source) else { throw .corrupt("price") }
                found.append(price)
            }
        }
        return HistoryPage(found, limit: limit, in: range, order, time: \.observation.asOf)
    }
}

package import Bus
package import Domain
import Market
package import Store

/// The candles that are kept, each once for its series and time, over the store of either engine.
///
/// Only those are taken whose interval has ended, and nothing is filled in between them.
package struct CandleRepository: Sendable {
    /// The most candles of one call of `save`.
    package static let saveCountMax = 100_000
    /// The most of one transaction, so that other writers wait a few milliseconds at most.
    private static let batchCountMax = 1000

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

    /// Stores candles, those of each thousand together: they may come again as often as they like.
    ///
    /// Where there is another candle of the series and time, the first one stays. A failure leaves whole thousands
    /// stored, which the next call finds unchanged.
    /// - Parameters:
    ///   - candles: in any order, at most `saveCountMax`.
    ///   - series: whose they are.
    ///   - suspects: the times of those that another source contradicts.
    ///   - correcting: whether the source corrects what it said before, so that the last one stays instead.
    /// - Returns: what became of them.
    /// - Throws: `HistoryError`: `.badInput` for one that is still forming, lies beside its interval or contradicts
    ///   itself (nothing is stored then), and `.store`.
    package func save(
        _ candles: [Candle],
        of series: CandleSeriesName,
        suspects: Set<Timestamp> = [],
        correcting: Bool = false
    ) async throws(HistoryError) -> CandleSaveReport {
        try InputCheck.count(candles.count, "candles", in: 0...CandleRepository.saveCountMax)
        let now = now()
        for (place, candle) in candles.enumerated() { try check(candle, at: place, of: series, now) }
        var report = CandleSaveReport()
        guard !candles.isEmpty else { return report }
        let id = try await directory.findOrMake(series.key)
        var rest = candles[...]
        while !rest.isEmpty {
            let batch = rest.prefix(CandleRepository.batchCountMax).map {
                StoredCandle($0, isSuspect: suspects.contains($0.openTime))
            }
            report.add(try await save(batch, id, series.interval, correcting: correcting))
            rest = rest.dropFirst(batch.count)
        }
        return report
    }

    private func check(
        _ candle: Candle,
        at place: Int,
        of series: CandleSeriesName,
        _ now: Timestamp
    ) throws(HistoryError) {
        let field = "candles[\(place)]"
        guard candle.interval == series.interval else {
            throw .badInput(
                field: "\(field).interval",
                problem: "is \(candle.interval.rawValue) in a series of \(series.interval.rawValue)"
            )
        }
        try InputCheck.time(candle.openTime, "\(field).openTime")
        guard candle.closeTime <= now else {
            throw .badInput(field: "\(field).openTime", problem: "its interval has not ended")
        }
        // Prices of zero and less are for whoever knows what is traded: oil had them.
        if let problem = CandleChecks.problem(of: candle, mustBePositive: false) {
            throw .badInput(field: field, problem: problem.rawValue)
        }
    }

    private func save(
        _ batch: [StoredCandle],
        _ series: Int64,
        _ interval: CandleInterval,
        correcting: Bool
    ) async throws(HistoryError) -> CandleSaveReport {
        let statements = CandleSQL.insertion.statements(for: batch.map { CandleSQL.row($0, of: series) })
        let dialect = database.dialect
        return try await database.commit { transaction in
            var report = CandleSaveReport()
            var inserted: Set<Timestamp> = []
            for answer in try transaction.runAll(statements) {
                for row in answer.rows { if let time = row[0].time { inserted.insert(time) } }
            }
            // One that comes twice in a batch was there when it came again.
            let known = batch.filter { inserted.remove($0.candle.openTime) == nil }
            report.inserted = batch.count - known.count
            guard !known.isEmpty else { return report }
            let times = Set(known.map(\.candle.openTime.nanoseconds))
            var stored: [Timestamp: Candle] = [:]
            let rows = try transaction.rows(
                CandleSQL.ofTimes,
                [.integer(series), IntegerList.value(times, for: dialect)]
            )
            for row in rows {
                guard let candle = StoredCandle(row, interval)?.candle else { throw HistoryError.corrupt("ohlcv") }
                stored[candle.openTime] = candle
            }
            var corrections: [BoundStatement] = []
            for offered in known {
                guard let first = stored[offered.candle.openTime] else { throw HistoryError.corrupt("ohlcv") }
                if first == offered.candle {
                    report.unchanged += 1
                } else if correcting {
                    report.corrected += 1
                    stored[offered.candle.openTime] = offered.candle
                    corrections.append(BoundStatement(CandleSQL.correct, CandleSQL.row(offered, of: series)))
                } else {
                    report.note(CandleConflict(stored: first, offered: offered.candle))
                }
            }
            _ = try transaction.runAll(corrections)
            return report
        }
    }

    /// Says of a candle that is there whether another source contradicts it.
    ///
    /// - Returns: `false` when there is none.
    /// - Throws: `HistoryError.store`.
    package func mark(
        isSuspect: Bool,
        at openTime: Timestamp,
        of series: CandleSeriesName
    ) async throws(HistoryError) -> Bool {
        guard let id = try await directory.find(series.key) else { return false }
        let arguments: [SQLValue] = [.integer(id), SQLValue(openTime), .integer(isSuspect ? 1 : 0)]
        return try await !database.run(CandleSQL.mark, arguments).isEmpty
    }
}

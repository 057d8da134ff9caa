import Bus
import Domain
import JSON
import Store

extension PriceRepository {
    /// What one step towards the archive did.
    package enum ArchiveStep: Hashable, Sendable {
        /// No month is due.
        case nothingDue
        /// A month's file is in the archive; its prices are still in the database.
        case written(month: String, count: Int)
        /// Some prices of a month whose file is in the archive have gone from the database.
        case removed(month: String, count: Int)
        /// All of them have: how many the file holds, and how many went, which is the same unless something is wrong.
        case finished(month: String, written: Int, removed: Int)
    }

    /// How long prices are kept at least.
    package static let keptFor: Duration = .seconds(90 * 86_400)
    /// The most prices of one transaction.
    private static let removedAtOnce = 5000
    /// Series that are looked at together.
    private static let seriesAtOnce = 500

    /// Does the next step of bringing old prices to the archive; call it again until nothing is due.
    ///
    /// A month goes as a whole, once all of it is older than asked for, the oldest first. It is closed, so that no
    /// price can join it; then its file is written, brought to the disk and to its name; then its prices are removed,
    /// some thousands at a step. Whatever ends in between, the next step finds how far it had got: a file that was
    /// not noted is written again, the same to the byte, and no price goes that is in none.
    ///
    /// For one caller at a time.
    /// - Parameters:
    ///   - archive: where the files go.
    ///   - age: how old a price is at least.
    /// - Returns: what was done.
    /// - Throws: `HistoryError`: `.archive`, `.store`; `.badInput` for an age below zero.
    package func archive(
        to archive: any PriceArchive,
        olderThan age: Duration = PriceRepository.keptFor
    ) async throws(HistoryError) -> ArchiveStep {
        guard age >= .zero else { throw .badInput(field: "age", problem: "is less than nothing") }
        if let open = try await database.query(PriceSQL.openMonth).first {
            return try await goOn(try OpenMonth(open), archive)
        }
        let cutoff = now().advanced(by: .zero - age)
        guard let oldest = try await database.query(PriceSQL.oldest).first?[0].time,
            let month = ArchiveMonth(containing: oldest), month.end <= cutoff
        else { return .nothingDue }
        let arguments = [SQLValue(month.start), SQLValue(month.end)]
        // In a unit, as storing prices is: afterwards none of them adds to the month.
        _ = try await database.commit { try $0.execute(PriceSQL.closeMonth, arguments) }
        return try await write(month, archive)
    }

    /// A month that is on its way.
    private struct OpenMonth {
        let month: ArchiveMonth
        let writtenCount: Int?
        let removedCount: Int

        init(_ row: SQLRow) throws(HistoryError) {
            guard let start = row[0].time, let month = ArchiveMonth(containing: start), let removed = row[3].int else {
                throw .corrupt("price_archive")
            }
            self.month = month
            writtenCount = row[1].time == nil ? nil : row[2].int
            removedCount = removed
        }
    }

    private func goOn(_ open: OpenMonth, _ archive: any PriceArchive) async throws(HistoryError) -> ArchiveStep {
        guard let written = open.writtenCount else { return try await write(open.month, archive) }
        let removed = try await removeSome(of: open.month)
        if removed > 0 { return .removed(month: open.month.name, count: removed) }
        let arguments = [SQLValue(open.month.start), SQLValue(now())]
        _ = try await database.commit { try $0.execute(PriceSQL.noteRemoved, arguments) }
        return .finished(month: open.month.name, written: written, removed: open.removedCount)
    }

    // MARK: Writing

    private func write(_ month: ArchiveMonth, _ archive: any PriceArchive) async throws(HistoryError) -> ArchiveStep {
        let count: Int
        do {
            let file = try await archive.begin(month.fileName)
            do {
                count = try await copy(month, to: file)
                // Another daemon may have done the same meanwhile and begun to remove: then this copy lacks some.
                let state = try await database.query(PriceSQL.month, [SQLValue(month.start)]).first
                guard state?[1] == SQLValue.null else {
                    throw HistoryError.archive("\(month.name) is being archived twice")
                }
                try await file.publish()
            } catch {
                do {
                    try await file.discard()
                } catch let leftOver {
                    throw HistoryError.archive("\(error), and \(leftOver)")
                }
                throw error
            }
        } catch let error as HistoryError {
            throw error
        } catch is CancellationError {
            throw .store(StoreError(.cancelled))
        } catch {
            throw .archive("\(error)")
        }
        let arguments = [SQLValue(month.start), SQLValue(now()), SQLValue(count)]
        _ = try await database.commit { try $0.execute(PriceSQL.noteWritten, arguments) }
        return .written(month: month.name, count: count)
    }

    private struct Series {
        let id: Int64
        let pair: TradingPair
        let source: String
    }

    /// Series with prices of a month, behind one of them.
    private func series(in month: ArchiveMonth, after last: Int64) async throws(HistoryError) -> [Series] {
        let rows = try await database.query(
            PriceSQL.seriesWithin,
            [
                .integer(last), SQLValue(month.start), SQLValue(month.end),
                SQLValue(PriceRepository.seriesAtOnce),
            ]
        )
        var series: [Series] = []
        for row in rows {
            guard let id = row[0].integer, let pair = row[1].text.flatMap({ TradingPair($0) }), let source = row[2].text
            else { throw .corrupt("market_series") }
            series.append(Series(id: id, pair: pair, source: source))
        }
        return series
    }

    private func copy(_ month: ArchiveMonth, to file: any PriceArchiveFile) async throws -> Int {
        var count = 0
        var last: Int64 = 0
        while true {
            let page = try await series(in: month, after: last)
            for series in page {
                last = series.id
                count += try await copy(series, of: month, to: file)
            }
            if page.count < PriceRepository.seriesAtOnce { return count }
        }
    }

    private func copy(_ series: Series, of month: ArchiveMonth, to file: any PriceArchiveFile) async throws -> Int {
        var count = 0
        var rest: Range<Timestamp>? = month.start..<month.end
        while let range = rest {
            try Task.checkCancellation()
            let page = try await prices(of: series.pair, from: series.source, in: range)
            var lines: [UInt8] = []
            for price in page.rows {
                price.archived.write(to: &lines)
                lines.append(UInt8(ascii: "\n"))
            }
            if !lines.isEmpty { try await file.append(lines) }
            count += page.rows.count
            rest = page.rest
        }
        return count
    }

    // MARK: Removing

    private func removeSome(of month: ArchiveMonth) async throws(HistoryError) -> Int {
        let series = try await series(in: month, after: 0).map(\.id)
        guard !series.isEmpty else { return 0 }
        return try await database.commit { transaction in
            var removed = 0
            for id in series where removed < PriceRepository.removedAtOnce {
                let left = PriceRepository.removedAtOnce - removed
                removed += try transaction.execute(
                    PriceSQL.removeOldest,
                    [.integer(id), SQLValue(month.start), SQLValue(month.end), SQLValue(left)]
                )
            }
            try transaction.execute(PriceSQL.countRemoved, [SQLValue(month.start), SQLValue(removed)])
            return removed
        }
    }
}

extension StoredPrice {
    /// Its line in the archive; times are nanoseconds since 1970, as in the database.
    fileprivate var archived: JSONValue {
        [
            "pair": .string(observation.pair.text), "source": .string(observation.source),
            "as_of": .int(observation.asOf.nanoseconds), "price": .string(observation.price.description),
            "stored_at": .int(storedAt.nanoseconds),
        ]
    }
}

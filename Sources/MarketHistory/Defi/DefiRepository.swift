package import Bus
import Domain
package import Store

/// What DeFi protocols hold, snapshot by snapshot, over the store of either engine.
package struct DefiRepository: Sendable {
    /// The most protocols of one snapshot.
    package static let snapshotCountMax = 10_000
    /// Stands for all protocols together, as their source reckons them; sums over protocols leave it out.
    package static let totalSlug = "_total"
    /// The chain of those that are kept as a whole.
    package static let wholeChain = "all"
    /// The most days of one call.
    package static let daysMax = 366

    private let database: HistoryDatabase
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - store: where it is kept.
    ///   - now: what time it is.
    package init(store: any Storage, now: @escaping @Sendable () -> Timestamp) {
        database = HistoryDatabase(store)
        self.now = now
    }

    /// Stores what one answer of a source says, all of it together; the same answer may come again.
    ///
    /// A protocol that stands in it as a whole and once more for each of its chains is counted twice by sums, so the
    /// caller chooses one of the two.
    /// - Parameter snapshot: each protocol once for each chain; when it was, not in the future.
    /// - Returns: how many were not there before.
    /// - Throws: `HistoryError`: `.badInput` (nothing is stored then), `.store`.
    package func save(_ snapshot: DefiSnapshot) async throws(HistoryError) -> Int {
        let (asOf, protocols) = (snapshot.asOf, snapshot.protocols)
        try InputCheck.count(protocols.count, "protocols", in: 0...DefiRepository.snapshotCountMax)
        try InputCheck.time(asOf, "asOf")
        guard asOf <= now() else { throw .badInput(field: "asOf", problem: "\(asOf) is in the future") }
        var seen: Set<[String]> = []
        for (place, value) in protocols.enumerated() {
            try InputCheck.text(value.slug, "protocols[\(place)].slug")
            try InputCheck.text(value.name, "protocols[\(place)].name")
            try InputCheck.text(value.chain, "protocols[\(place)].chain")
            guard seen.insert([value.slug, value.chain]).inserted else {
                throw .badInput(field: "protocols[\(place)]", problem: "is \(value.slug) on \(value.chain) again")
            }
        }
        let rows = protocols.map { value -> [SQLValue] in
            [.text(value.slug), SQLValue(asOf), .text(value.chain), .text(value.name), SQLValue(value.tvl)]
        }
        let statements = DefiSQL.insertion.statements(for: rows)
        return try await database.commit { transaction in
            try transaction.runAll(statements).reduce(0) { $0 + $1.rows.count }
        }
    }

    /// The newest snapshot; `nil` when there is none.
    ///
    /// - Throws: `HistoryError.store`.
    package func newest() async throws(HistoryError) -> DefiSnapshot? {
        guard let asOf = try await database.query(DefiSQL.newest, [SQLValue(now())]).first?[0].time else { return nil }
        var protocols: [DefiProtocol] = []
        for row in try await database.query(DefiSQL.snapshot, [SQLValue(asOf)], limit: DefiRepository.snapshotCountMax)
        {
            guard let point = DefiPoint(row) else { throw .corrupt("defi_protocol") }
            protocols.append(point.value)
        }
        return DefiSnapshot(asOf: asOf, protocols: protocols)
    }

    /// The chains on which a protocol was in the last snapshot that has it, by name.
    ///
    /// - Throws: `HistoryError.store`.
    package func chains(of slug: String) async throws(HistoryError) -> [String] {
        try await database.query(DefiSQL.chains, [.text(slug)]).compactMap { $0[0].text }
    }

    /// What a protocol held on a chain in a range of time.
    ///
    /// - Parameters:
    ///   - slug: the protocol's short name.
    ///   - chain: on which chain.
    ///   - range: when.
    ///   - order: which end of the range comes first.
    ///   - limit: the most points, 1 to 1000.
    /// - Returns: them, and what of the range is still to be read.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func history(
        of slug: String,
        on chain: String,
        in range: Range<Timestamp>,
        _ order: RowOrder = .oldestFirst,
        limit: Int = 1000
    ) async throws(HistoryError) -> HistoryPage<DefiPoint> {
        try InputCheck.count(limit, "limit", in: InputCheck.pageCounts)
        let range = InputCheck.clamped(range)
        let rows = try await database.query(
            DefiSQL.page(order),
            [
                .text(slug), SQLValue(range.lowerBound), SQLValue(range.upperBound), SQLValue(limit + 1),
                .text(chain),
            ]
        )
        var found: [DefiPoint] = []
        for row in rows {
            guard let point = DefiPoint(row) else { throw .corrupt("defi_protocol") }
            found.append(point)
        }
        return HistoryPage(found, limit: limit, in: range, order, time: \.asOf)
    }

    /// What all protocols held together, day by day, from our own snapshots.
    ///
    /// The figures of a day are those of its last snapshot.
    /// - Parameter count: how many days, today's being the last; 1 to `daysMax`.
    /// - Returns: every one of those days, the oldest first; those of which nothing is known have no sum.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func days(_ count: Int) async throws(HistoryError) -> [DefiDay] {
        try InputCheck.count(count, "count", in: 1...DefiRepository.daysMax)
        let today = CandleInterval.oneDay.start(of: now())
        var days: [DefiDay] = []
        for back in (0..<count).reversed() {
            let start = today.advanced(by: .zero - CandleInterval.oneDay.duration * back)
            days.append(DefiDay(start: start, sum: try await sum(ofDayFrom: start)))
        }
        return days
    }

    /// Removes some of the snapshots from before a moment, the oldest first.
    ///
    /// Call it again while it removes any.
    /// - Parameters:
    ///   - time: since when snapshots stay.
    ///   - limit: the most snapshots that go at once, 1 to 100.
    /// - Returns: how many figures went.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func prune(before time: Timestamp, limit: Int = 10) async throws(HistoryError) -> Int {
        try InputCheck.time(time, "before")
        try InputCheck.count(limit, "limit", in: 1...100)
        let arguments = [SQLValue(time), SQLValue(limit)]
        return try await database.commit { try $0.execute(DefiSQL.prune, arguments) }
    }

    private func sum(ofDayFrom start: Timestamp) async throws(HistoryError) -> DefiDay.Sum? {
        let end = start.advanced(by: CandleInterval.oneDay.duration)
        let newest = try await database.query(DefiSQL.newest, [SQLValue(end.advanced(by: .nanoseconds(-1)))])
        guard let asOf = newest.first?[0].time, asOf >= start else { return nil }
        let limit = DefiRepository.snapshotCountMax
        let rows = try await database.query(DefiSQL.figures, [SQLValue(asOf)], limit: limit)
        let total = rows.first { $0[1].text == DefiRepository.totalSlug }?[0].decimal
        let figures = rows.filter { $0[1].text != DefiRepository.totalSlug }.map { $0[0].decimal }
        guard figures.contains(where: { $0 != nil }) else { return nil }
        guard let sum = DefiDay.Sum(figures, asOf: asOf, total: total) else {
            throw .store(StoreError(.failed, "defi_protocol", detail: "the sum at \(asOf) has too many digits"))
        }
        return sum
    }
}

package import Bus
package import Store

/// How providers of market data have answered lately, over the store of either engine.
package struct ProviderCallRepository: Sendable {
    /// The most calls of one `append`.
    package static let appendCountMax = 1000
    /// Pairs of a provider and a category that a summary may have.
    package static let summariesMax = 1000
    /// How long calls are kept, unless somebody says otherwise.
    package static let keptFor: Duration = .seconds(7 * 86_400)
    /// An hour: no answer is waited for that long.
    private static let latencyMax: Duration = .seconds(3600)

    private let database: HistoryDatabase

    /// - Parameter store: where they are kept.
    package init(store: any Storage) { database = HistoryDatabase(store) }

    /// Stores calls, all of them together.
    ///
    /// - Parameter calls: at most `appendCountMax`.
    /// - Throws: `HistoryError`: `.badInput` (nothing is stored then), `.store`.
    package func append(_ calls: [ProviderCall]) async throws(HistoryError) {
        try InputCheck.count(calls.count, "calls", in: 0...ProviderCallRepository.appendCountMax)
        for (place, call) in calls.enumerated() { try check(call, "calls[\(place)]") }
        let rows = calls.map { call -> [SQLValue] in
            [
                SQLValue(call.calledAt), .text(call.provider), .text(call.category), .text(call.endpoint),
                .text(call.status), .integer(call.isSuccess ? 1 : 0),
                .integer(Int64(call.latency / .microseconds(1))),
            ]
        }
        guard !rows.isEmpty else { return }
        let statements = ProviderCallSQL.insertion.statements(for: rows)
        _ = try await database.commit { transaction in
            try transaction.runAll(statements).count
        }
    }

    private func check(_ call: ProviderCall, _ field: String) throws(HistoryError) {
        try InputCheck.time(call.calledAt, "\(field).calledAt")
        try InputCheck.text(call.provider, "\(field).provider")
        try InputCheck.text(call.category, "\(field).category")
        try InputCheck.text(call.endpoint, "\(field).endpoint")
        try InputCheck.text(call.status, "\(field).status")
        guard (Duration.zero...ProviderCallRepository.latencyMax).contains(call.latency) else {
            throw .badInput(field: "\(field).latency", problem: "\(call.latency) is not from nothing to an hour")
        }
    }

    /// How each provider has answered each kind of question since a moment, by their names.
    ///
    /// - Returns: at most `summariesMax`; those without a call are left out.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func summaries(since start: Timestamp) async throws(HistoryError) -> [ProviderCallSummary] {
        try InputCheck.time(start, "since")
        let rows = try await database.query(
            ProviderCallSQL.summary,
            [SQLValue(start), SQLValue(ProviderCallRepository.summariesMax)]
        )
        var summaries: [ProviderCallSummary] = []
        for row in rows {
            guard let summary = ProviderCallSummary(row) else { throw .corrupt("provider_call") }
            summaries.append(summary)
        }
        return summaries
    }

    /// Removes some of the calls from before a moment, the oldest first.
    ///
    /// Call it again while it removes as many as it may.
    /// - Parameters:
    ///   - time: since when calls stay.
    ///   - limit: the most that go at once, 1 to 10,000.
    /// - Returns: how many went.
    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    package func prune(before time: Timestamp, limit: Int = 1000) async throws(HistoryError) -> Int {
        try InputCheck.time(time, "before")
        try InputCheck.count(limit, "limit", in: 1...10_000)
        let arguments = [SQLValue(time), SQLValue(limit)]
        return try await database.commit { try $0.execute(ProviderCallSQL.prune, arguments) }
    }
}

import Bus
package import Store

/// The keeper's side of the queue: what is due, what was left behind, what is old.
extension JobQueue {
    /// Makes available what is due.
    ///
    /// Any number of daemons may do this at once.
    /// - Returns: how many jobs, at most `limit`.
    /// - Throws: `StoreError`.
    @discardableResult
    package func stage(limit: Int = 500) async throws(StoreError) -> Int {
        let rows = try await store.run(JobSQL.stage, [SQLValue(limit)])
        for queue in Set(rows.compactMap(\.first?.text)) { store.post(JobNotice.queue(queue)) }
        return rows.count
    }

    /// Tells the workers of queues in which a rate that held jobs back allows another.
    package func announceReadyRates() async throws(StoreError) {
        for row in try await store.query(JobSQL.readyRates) {
            if let queue = row[0].text { store.post(JobNotice.queue(queue)) }
        }
    }

    /// How long until something becomes due; `nil` when nothing waits for a time.
    ///
    /// - Parameter since: a rate's token that came within this time counts as due too.
    /// - Returns: the wait; zero when something is due.
    /// - Throws: `StoreError`.
    package func nextDue(since: Duration = .zero) async throws(StoreError) -> Duration? {
        let arguments: [SQLValue] = [.integer(since.nanoseconds)]
        guard let nanoseconds = try await store.query(JobSQL.nextDue, arguments).first?[0].integer else { return nil }
        return .nanoseconds(max(0, nanoseconds))
    }

    /// What was taken back from workers that stopped answering.
    package struct Rescued: Hashable, Sendable {
        package let count: Int
        /// Those that had used up their attempts.
        package let discarded: Int
    }

    /// Takes back what workers had that stopped answering.
    ///
    /// - Parameters:
    ///   - limit: the most at a call.
    ///   - lease: the leadership under which it is done; nothing happens when it is not in force any more.
    /// - Returns: how many jobs.
    /// - Throws: `StoreError`.
    package func rescue(limit: Int = 500, under lease: Lease) async throws(StoreError) -> Rescued {
        try await rescue(JobEndingSQL.rescue, [SQLValue(limit)] + lease.arguments)
    }

    /// Takes back what no keeper has taken back although its lease ran out some time ago.
    ///
    /// For operators, when nobody leads: a lease that has run out may be taken from anybody.
    package func rescueLeft(limit: Int = 500, since: Duration) async throws(StoreError) -> Rescued {
        try await rescue(JobEndingSQL.rescueLeft, [SQLValue(limit), .integer(since.nanoseconds)])
    }

    /// How many jobs `rescueLeft` would take back.
    package func countLeft(since: Duration) async throws(StoreError) -> Int {
        try await store.query(JobEndingSQL.countLeft, [.integer(since.nanoseconds)]).first?.first?.int ?? 0
    }

    /// Takes back everything that runs; only right after this process has got the database to itself.
    package func rescueAll() async throws(StoreError) -> Rescued { try await rescue(JobEndingSQL.rescueAll, []) }

    private func rescue(_ statement: SQL, _ arguments: [SQLValue]) async throws(StoreError) -> Rescued {
        do {
            let rows = try await store.commit(by: author) { transaction -> [SQLRow] in
                let rows = try transaction.rows(statement, arguments, limit: 1_000_000)
                for row in rows {
                    guard let id = row[0].id else { continue }
                    try transaction.tellIfDiscarded(id, Array(row[1...]), reason: JobEndingSQL.leaseExpired)
                }
                return rows
            }.value
            for queue in Set(rows.compactMap { $0[3].text }) { store.post(JobNotice.queue(queue)) }
            let discarded = rows.count { $0[1].text == JobState.discarded.rawValue }
            return Rescued(count: rows.count, discarded: discarded)
        } catch {
            throw error as? StoreError ?? StoreError(.failed, "rescue", detail: "\(error)")
        }
    }

    /// Removes a batch of finished jobs, and the keys that nobody uses.
    ///
    /// - Parameters:
    ///   - completed: completed ones older than this go.
    ///   - failed: discarded and cancelled ones older than this go.
    ///   - limit: the most at a call.
    ///   - lease: the leadership under which it is done; nothing happens when it is not in force any more.
    /// - Returns: how many jobs it removed.
    /// - Throws: `StoreError`.
    package func prune(
        completed: Duration,
        failed: Duration,
        limit: Int = 1000,
        under lease: Lease
    ) async throws(StoreError) -> Int {
        let removed = try await store.run(
            JobEndingSQL.prune,
            [.integer(completed.nanoseconds), .integer(failed.nanoseconds), SQLValue(limit)] + lease.arguments
        )
        if removed.count < limit {
            try await store.run(JobEndingSQL.pruneLimits, [.integer(Duration.seconds(86_400).nanoseconds)])
            try await store.run(JobEndingSQL.restoreLimits)
        }
        return removed.count
    }
}

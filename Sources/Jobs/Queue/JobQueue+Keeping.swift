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
    package func nextDue() async throws(StoreError) -> Duration? {
        guard let nanoseconds = try await store.query(JobSQL.nextDue).first?[0].integer else { return nil }
        return .nanoseconds(max(0, nanoseconds))
    }

    /// Takes back what workers had that stopped answering.
    ///
    /// - Parameters:
    ///   - limit: the most at a call.
    ///   - all: whether to take back everything that runs, expired or not; only right after this process has got the
    ///     database to itself.
    /// - Returns: how many jobs were taken back, and how many of them are given up.
    /// - Throws: `StoreError`.
    @discardableResult
    package func rescue(limit: Int = 500, all: Bool = false) async throws(StoreError) -> (rescued: Int, discarded: Int)
    {
        do {
            let rows = try await store.commit(by: author) { transaction -> [SQLRow] in
                let rows =
                    try all
                    ? transaction.rows(JobEndingSQL.rescueAll, limit: 1_000_000)
                    : transaction.rows(JobEndingSQL.rescue, [SQLValue(limit)])
                for row in rows {
                    guard let id = row[0].id else { continue }
                    try transaction.tellIfDiscarded(id, Array(row[1...]), reason: JobEndingSQL.leaseExpired)
                }
                return rows
            }.value
            for queue in Set(rows.compactMap { $0[3].text }) { store.post(JobNotice.queue(queue)) }
            return (rows.count, rows.count { $0[1].text == JobState.discarded.rawValue })
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
    /// - Returns: how many jobs it removed.
    /// - Throws: `StoreError`.
    package func prune(completed: Duration, failed: Duration, limit: Int = 1000) async throws(StoreError) -> Int {
        let rows = try await store.run(
            JobEndingSQL.prune,
            [.integer(completed.nanoseconds), .integer(failed.nanoseconds), SQLValue(limit)]
        )
        if rows.count < limit {
            try await store.run(JobEndingSQL.pruneLimits, [.integer(Duration.seconds(86_400).nanoseconds)])
            try await store.run(JobEndingSQL.restoreLimits)
        }
        return rows.count
    }
}

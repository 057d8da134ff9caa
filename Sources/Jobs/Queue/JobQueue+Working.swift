package import Bus
import Domain
package import Store

/// The worker's side of the queue: claims, and how each ends.
///
/// Every ending is fenced by the claim's lease epoch and tells whether the lease was still held.
extension JobQueue {
    /// Claims up to `limit` jobs of a queue, best first.
    ///
    /// - Parameters:
    ///   - queue: whose jobs.
    ///   - limit: the most jobs.
    ///   - lease: how long they are this worker's without a heartbeat.
    ///   - worker: the process's own id, new at each start.
    /// - Returns: the jobs, now running; of each limit key one at most.
    /// - Throws: `StoreError`.
    package func claim(
        _ queue: QueueName,
        limit: Int,
        lease: Duration,
        worker: UUIDv7
    ) async throws(StoreError) -> [JobRecord] {
        var records: [JobRecord] = []
        if !claims.looksForLimited(queue) {
            records = try await claim(JobSQL.claimPlain, queue, limit, lease, worker)
            if records.count == limit { return records }
        }
        // The second look of a queue that is nearly empty; or the first of one that may have limits.
        let rest = try await claim(JobSQL.claim, queue, limit - records.count, lease, worker)
        claims.looked(queue, found: rest.contains { $0.limitKey != nil })
        return records + rest
    }

    /// Tells that there may be room for another job with a limit key.
    package func noteRoom(in queue: QueueName) { claims.forget(queue) }

    private func claim(
        _ statement: SQL,
        _ queue: QueueName,
        _ limit: Int,
        _ lease: Duration,
        _ worker: UUIDv7
    ) async throws(StoreError) -> [JobRecord] {
        let rows = try await store.run(
            statement,
            [.text(queue.text), SQLValue(limit), .integer(lease.nanoseconds), SQLValue(worker)]
        )
        // The engines answer in any order.
        return try JobRecord.list(rows).sorted { ($0.priority, $0.runAt, $0.id) < ($1.priority, $1.runAt, $1.id) }
    }

    /// A finished job, as far as its row needs to know.
    package struct Completion: Hashable, Sendable {
        package let id: UUIDv7
        package let epoch: Int64
        package let result: String?

        package init(id: UUIDv7, epoch: Int64, result: String?) {
            self.id = id
            self.epoch = epoch
            self.result = result
        }
    }

    /// Records jobs that are done, in one transaction.
    ///
    /// - Returns: those that were still this worker's; the others had lost their lease, and nothing was written.
    /// - Throws: `StoreError`; then none is recorded, unless it is `.unreachable`, which leaves it open.
    package func complete(_ done: [Completion]) async throws(StoreError) -> Set<UUIDv7> {
        if let only = done.first, done.count == 1 {
            let row = try await store.run(
                JobEndingSQL.complete,
                [SQLValue(only.id), .integer(only.epoch), SQLValue(only.result)]
            )
            return row.isEmpty ? [] : [only.id]
        }
        switch store.dialect {
        case .postgres:
            let rows = try await store.run(
                JobEndingSQL.completeMany,
                [
                    .text(PostgresArray.text(done.map(\.id.description))),
                    .text(PostgresArray.text(done.map { String($0.epoch) })),
                    .text(PostgresArray.text(done.map(\.result))),
                ]
            )
            return Set(rows.compactMap(\.first?.id))
        case .sqlite:
            do {
                return try await store.commit(by: author) { transaction in
                    var kept: Set<UUIDv7> = []
                    for one in done {
                        let arguments = [SQLValue(one.id), .integer(one.epoch), SQLValue(one.result)]
                        if try !transaction.rows(JobEndingSQL.complete, arguments).isEmpty { kept.insert(one.id) }
                    }
                    return kept
                }.value
            } catch {
                throw error as? StoreError ?? StoreError(.failed, "complete", detail: "\(error)")
            }
        }
    }

    /// Which of these are recorded as done by exactly these claims.
    func completed(among done: [Completion]) async throws(StoreError) -> Set<UUIDv7> {
        var found: Set<UUIDv7> = []
        for one in done {
            let rows = try await store.query(
                "SELECT id FROM job WHERE id = ?1 AND lease_epoch = ?2 AND state = 'completed'",
                [SQLValue(one.id), .integer(one.epoch)]
            )
            if !rows.isEmpty { found.insert(one.id) }
        }
        return found
    }

    /// Records a failure: tries again later, or gives up.
    ///
    /// - Parameters:
    ///   - job: the claim.
    ///   - error: what happened; its message is cut to 2000 bytes.
    ///   - delay: when to try again.
    /// - Returns: the state it is in now; `nil` when the lease was lost, and nothing was written.
    /// - Throws: `StoreError`.
    package func fail(_ job: JobContext, _ error: JobError, delay: Duration) async throws(StoreError) -> JobState? {
        let message = error.message.cut(toBytes: 2000)
        let (isPermanent, giveBack, delay): (Bool, Bool, Duration) =
            switch error.kind {
            case .transient: (false, false, delay)
            case .permanent: (true, false, .zero)
            case .throttled(let retryAfter): (false, true, retryAfter)
            }
        let arguments: [SQLValue] = [
            SQLValue(job.id), .integer(job.leaseEpoch), SQLValue(isPermanent ? 1 : 0), SQLValue(giveBack ? 1 : 0),
            .integer(delay.nanoseconds), .text(message),
        ]
        let (id, author) = (job.id, author)
        do {
            let state = try await store.commit(by: author) { transaction -> JobState? in
                guard let row = try transaction.rows(JobEndingSQL.fail, arguments).first else { return nil }
                try transaction.tellIfDiscarded(id, row, reason: message)
                return row[0].text.flatMap(JobState.init)
            }.value
            if state == .retryable { store.post(JobNotice.due) }
            return state
        } catch {
            throw error as? StoreError ?? StoreError(.failed, "job", detail: "\(error)")
        }
    }

    /// Puts a job to sleep until a time or a nudge, whichever comes first.
    ///
    /// - Returns: `.scheduled`; `.available` when it has been nudged since its claim; `nil` when the lease was lost.
    /// - Throws: `StoreError`.
    package func snooze(_ job: JobContext, until: Timestamp?) async throws(StoreError) -> JobState? {
        let row = try await store.run(
            JobEndingSQL.snooze,
            [SQLValue(job.id), .integer(job.leaseEpoch), .integer(job.nudges), SQLValue(until)]
        ).first
        let state = row?[0].text.flatMap(JobState.init)
        store.post(state == .available ? JobNotice.queue(job.queue) : JobNotice.due)
        return state
    }

    /// Records that a job has stopped because its cancellation was requested.
    ///
    /// - Returns: false when the lease was lost.
    /// - Throws: `StoreError`.
    package func endCancelled(_ job: JobContext) async throws(StoreError) -> Bool {
        try await !store.run(JobEndingSQL.cancelRunning, [SQLValue(job.id), .integer(job.leaseEpoch)]).isEmpty
    }

    /// Gives a job back that was begun and not finished, without using an attempt.
    ///
    /// - Returns: false when the lease was lost.
    /// - Throws: `StoreError`.
    @discardableResult
    package func handBack(_ id: UUIDv7, epoch: Int64) async throws(StoreError) -> Bool {
        let row = try await store.run(JobEndingSQL.handBack, [SQLValue(id), .integer(epoch)]).first
        if let queue = row?[0].text { store.post(JobNotice.queue(queue)) }
        return row != nil
    }

    /// A job that this worker still has.
    package struct Held: Hashable, Sendable {
        package let id: UUIDv7
        package let epoch: Int64
        package let isCancelRequested: Bool
    }

    /// Extends the leases of everything that a worker runs.
    ///
    /// - Returns: what it still has; whatever is missing has been taken back.
    /// - Throws: `StoreError`.
    package func heartbeat(worker: UUIDv7, lease: Duration) async throws(StoreError) -> [Held] {
        try await store.run(JobEndingSQL.heartbeat, [SQLValue(worker), .integer(lease.nanoseconds)]).compactMap { row in
            guard let id = row[0].id, let epoch = row[1].integer else { return nil }
            return Held(id: id, epoch: epoch, isCancelRequested: row[2].isTrue)
        }
    }
}

extension Transaction {
    /// Logs the event of a job that was given up; `row` is state, kind, queue, attempt.
    mutating func tellIfDiscarded(_ id: UUIDv7, _ row: SQLRow, reason: String) throws(StoreError) {
        guard row[0].text == JobState.discarded.rawValue else { return }
        try append(
            JobDiscarded(
                job: id,
                queue: row[2].text ?? "",
                kind: row[1].text ?? "",
                attempts: row[3].int ?? 0,
                reason: reason
            )
        )
    }
}

extension String {
    /// As much of the beginning as fits, ending with a whole character.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: self) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

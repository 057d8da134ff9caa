package import Bus
import Domain
package import Store
import Threading

/// The jobs in the database, on either engine.
///
/// Each call is one transaction; those inside a caller's own are in `Transaction+Jobs.swift`. Workers are told by a
/// notice, which is a hint only: they also look by themselves.
package struct JobQueue: Sendable {
    package let store: any Storage
    /// Who writes the events of jobs.
    let author = Incarnation(of: "jobs")
    let claims = ClaimMemory()

    package init(store: any Storage) { self.store = store }

    // MARK: Enqueuing

    /// Enqueues one job.
    ///
    /// - Returns: its id, or that of the unfinished job with the same unique key.
    /// - Throws: `StoreError`: `.tooLarge`, `.busy`, and as `StatementRunner.run`.
    @discardableResult
    package func enqueue(_ request: JobRequest) async throws(StoreError) -> Enqueued {
        try request.check()
        let id = request.id ?? JobIDs.next()
        if let limit = request.limit {
            claims.forget(request.queue)
            try await store.run(JobSQL.saveLimit, JobSQL.limitArguments(request.queue, limit))
        }
        for _ in 0..<3 {
            if try await !store.run(JobSQL.insert, JobSQL.insertArguments(id, request)).isEmpty {
                announce(request)
                return Enqueued(id: id, isNew: true)
            }
            let arguments = [SQLValue(id), SQLValue(request.uniqueKey)]
            if let existing = try await store.query(JobSQL.findExisting, arguments).first?[0].id {
                return Enqueued(id: existing, isNew: false)
            }
        }
        throw StoreError(.busy, "unique key \(request.uniqueKey ?? "")")
    }

    /// Enqueues several jobs: all of them or none.
    ///
    /// - Throws: what `enqueue` of one throws.
    @discardableResult
    package func enqueue(contentsOf requests: [JobRequest]) async throws -> [Enqueued] {
        let enqueued = try await store.commit(by: author) { transaction in
            var enqueued: [Enqueued] = []
            enqueued.reserveCapacity(requests.count)
            for request in requests { enqueued.append(try transaction.enqueue(request)) }
            return enqueued
        }.value
        var announced: Set<String> = []
        for request in requests where announced.insert(request.queue.text).inserted { announce(request) }
        return enqueued
    }

    /// Tells the workers that a job may be there: after a transaction of one's own has committed.
    package func announce(_ request: JobRequest) {
        let isLater = request.runAt != nil || request.delay > .zero
        store.post(isLater ? JobNotice.due : JobNotice.queue(request.queue.text))
    }

    // MARK: Looking

    /// The job with this id; `nil` when it is not there, or no longer.
    package func job(_ id: UUIDv7) async throws(StoreError) -> JobRecord? {
        let sql = SQL(stringLiteral: "SELECT \(JobRecord.columns) FROM job WHERE id = ?1")
        guard let row = try await store.query(sql, [SQLValue(id)]).first else { return nil }
        return try JobRecord(row: row)
    }

    /// The newest jobs that match, newest first.
    ///
    /// - Parameters:
    ///   - queue: only this queue's.
    ///   - state: only those in this state.
    ///   - kind: only those of this kind.
    ///   - before: only those older than this id, for the next page.
    ///   - limit: the most, up to 1000.
    /// - Returns: the jobs.
    /// - Throws: `StoreError`.
    package func jobs(
        queue: String? = nil,
        state: JobState? = nil,
        kind: String? = nil,
        before: UUIDv7? = nil,
        limit: Int = 50
    ) async throws(StoreError) -> [JobRecord] {
        var conditions: [String] = []
        var arguments: [SQLValue] = [SQLValue(min(max(1, limit), 1000))]
        func add(_ condition: String, _ value: SQLValue) {
            arguments.append(value)
            conditions.append("\(condition) ?\(arguments.count)")
        }
        if let queue { add("queue =", .text(queue)) }
        if let state { add("state =", .text(state.rawValue)) }
        if let kind { add("kind =", .text(kind)) }
        if let before { add("id <", SQLValue(before)) }
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        let sql = SQL(stringLiteral: "SELECT \(JobRecord.columns) FROM job \(condition) ORDER BY id DESC LIMIT ?1")
        return try JobRecord.list(try await store.query(sql, arguments))
    }

    /// How many jobs of each queue wait, run, and have failed for good.
    ///
    /// Reads the indexes of unfinished jobs, so finished ones cost nothing.
    package func counts() async throws(StoreError) -> [QueueCounts] {
        var counts: [String: QueueCounts] = [:]
        for row in try await store.query(JobCountSQL.counts) {
            guard let queue = row[0].text, let state = row[1].text, let number = row[2].int else { continue }
            counts[queue, default: QueueCounts(queue: queue)].add(number, in: state)
        }
        for row in try await store.query(JobCountSQL.paused) {
            guard let queue = row[0].text else { continue }
            counts[queue, default: QueueCounts(queue: queue)].pausedAt = row[1].time
            counts[queue]?.pausedBy = row[2].text
        }
        return counts.values.sorted { $0.queue < $1.queue }
    }

    // MARK: Operators

    /// Cancels a job: at once when it does not run; otherwise its worker is asked to stop it.
    ///
    /// - Returns: the state it is in now; `nil` when there is no unfinished job with this id.
    /// - Throws: `StoreError`.
    package func cancel(_ id: UUIDv7) async throws(StoreError) -> JobState? {
        let state = try await store.run(JobEndingSQL.cancel, [SQLValue(id)]).first?[0].text.flatMap(JobState.init)
        if state == .running { store.post(JobNotice.cancelled) }
        return state
    }

    /// Starts a job over, with all its attempts: a dead letter, a cancelled one, or one that waits.
    ///
    /// - Returns: false when it runs, has completed, or is not there.
    /// - Throws: `StoreError`; `.constraint` when another unfinished job has its unique key.
    package func retry(_ id: UUIDv7) async throws(StoreError) -> Bool {
        guard let queue = try await store.run(JobEndingSQL.retry, [SQLValue(id)]).first?[0].text else { return false }
        store.post(JobNotice.queue(queue))
        return true
    }

    /// Starts a queue's dead letters over.
    ///
    /// Those whose unique key another unfinished job has stay where they are.
    /// - Returns: how many, at most 1000 at a call.
    /// - Throws: `StoreError`.
    package func requeueDiscarded(_ queue: QueueName) async throws(StoreError) -> Int {
        let rows = try await store.run(JobEndingSQL.requeueDiscarded, [.text(queue.text), SQLValue(1000)])
        if !rows.isEmpty { store.post(JobNotice.queue(queue.text)) }
        return rows.count
    }

    /// Stops all daemons from taking a queue's jobs; those that run go on.
    package func pause(_ queue: QueueName, by who: String) async throws(StoreError) {
        try await store.run(JobEndingSQL.pauseQueue, [.text(queue.text), .text(who)])
    }

    package func resume(_ queue: QueueName) async throws(StoreError) {
        try await store.run(JobEndingSQL.resumeQueue, [.text(queue.text)])
        store.post(JobNotice.queue(queue.text))
    }
}

/// The names of the notices about jobs.
package enum JobNotice {
    /// A job has been enqueued for later.
    package static let due = "jobs.due"
    /// A running job's cancellation has been requested.
    package static let cancelled = "jobs.cancelled"

    /// Anything may have changed, as after a connection was lost.
    package static let everything = "*"

    /// A queue has something to claim.
    package static func queue(_ name: String) -> String { "jobs/\(name)" }
}

/// Makes the ids of jobs.
///
/// One generator for the whole process: jobs of one transaction have one time, and their ids alone tell which came
/// first.
enum JobIDs {
    private static let generator = Mutex(UUIDv7Generator())

    static func next() -> UUIDv7 { generator.withLock { $0.next(at: .now) } }
}

/// Remembers for each queue whether the last look found jobs with a limit key; shared by all copies of a `JobQueue`.
final class ClaimMemory: Sendable {
    private let choices = Mutex<[QueueName: ClaimChoice]>([:])
    private let start = ContinuousClock.now

    func looksForLimited(_ queue: QueueName) -> Bool {
        let now = start.duration(to: .now)
        return choices.withLock { $0[queue]?.looksForLimited(at: now) ?? true }
    }

    func looked(_ queue: QueueName, found: Bool) {
        let now = start.duration(to: .now)
        choices.withLock { $0[queue, default: ClaimChoice()].looked(found: found, at: now) }
    }

    func forget(_ queue: QueueName) { choices.withLock { $0[queue]?.forget() } }
}

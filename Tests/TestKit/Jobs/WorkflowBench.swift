package import Bus
package import Jobs
package import Store
import Threading

/// Drives workflow runs by hand, one claim at a time, on a database whose clock a test moves.
///
/// Everything is as in a daemon, but nothing happens by itself: a run that was parked stays so until it is driven, and
/// a worker can die at a labelled place.
package final class WorkflowBench: Sendable {
    package let store: any Storage
    package let queue: JobQueue
    package let client: WorkflowClient
    package let author = Incarnation(of: "workflows")
    private let move: @Sendable (Duration) async throws -> Void
    private let deaths = Mutex<[WorkflowProbe.Point: Int]>([:])
    private let isDead = Mutex(false)
    private let workers = Mutex<UInt64>(0)

    package init(_ engine: JobContract.Engine) {
        store = engine.store
        queue = JobQueue(store: engine.store)
        client = WorkflowClient(store: engine.store, author: author)
        move = engine.advance
    }

    /// Lets time pass in the database.
    package func advance(by duration: Duration) async throws { try await move(duration) }

    /// Lets the worker die when it comes to a place for the given time, counted from now.
    package func die(at point: WorkflowProbe.Point, time: Int = 1) { deaths.withLock { $0[point] = time } }

    private struct Death: Error {}

    private var probe: WorkflowProbe {
        WorkflowProbe { [self] point in
            // Nothing that a dead worker does is done.
            guard !isDead.withLock({ $0 }) else { throw Death() }
            let dies = deaths.withLock { deaths -> Bool in
                guard let left = deaths[point] else { return false }
                deaths[point] = left > 1 ? left - 1 : nil
                return left == 1
            }
            guard dies else { return }
            isDead.withLock { $0 = true }
            throw Death()
        }
    }

    /// What one claim came to.
    package enum Drive: Hashable, Sendable {
        case idle
        case ended(JobState)
        /// The worker died: its job is still running, as far as the database knows.
        case died
        /// Another worker had the job by the time this one was done.
        case leaseLost
    }

    package static let lane: QueueName = "workflows"

    package func claim() async throws -> JobRecord? {
        try await queue.stage()
        let worker = workers.withLock { number -> UInt64 in
            number += 1
            return number
        }
        return try await queue.claim(
            WorkflowBench.lane,
            limit: 1,
            lease: .seconds(30),
            worker: UUIDv7(high: 7, low: worker)
        ).first
    }

    /// Claims a run and takes it as far as it comes.
    package func drive(
        _ workflows: [WorkflowDefinition],
        settings change: (inout FlowSettings) -> Void = { _ in }
    ) async throws -> Drive {
        guard let record = try await claim() else { return .idle }
        return try await run(record, workflows, settings: change)
    }

    /// Takes a claimed run as far as it comes.
    package func run(
        _ record: JobRecord,
        _ workflows: [WorkflowDefinition],
        settings change: (inout FlowSettings) -> Void = { _ in }
    ) async throws -> Drive {
        var settings = FlowSettings()
        settings.random = { 0.5 }
        settings.probe = probe
        change(&settings)
        let runner = WorkflowRunner(workflows, store: store, author: author, settings: settings)
        guard let handler = runner.handlers.first(where: { $0.kind == record.kind }) else { return .idle }
        isDead.withLock { $0 = false }
        let context = JobContext(record)
        let outcome: Result<JobOutcome, any Error>
        do {
            outcome = .success(try await handler.run(record.payload, context))
        } catch {
            outcome = .failure(error)
        }
        guard !isDead.withLock({ $0 }) else { return .died }
        return try await write(outcome, context).map { .ended($0) } ?? .leaseLost
    }

    private func write(_ outcome: Result<JobOutcome, any Error>, _ job: JobContext) async throws -> JobState? {
        switch outcome {
        case .success(.completed(let result)):
            let done = JobQueue.Completion(id: job.id, epoch: job.leaseEpoch, result: result)
            return try await queue.complete([done]).isEmpty ? nil : .completed
        case .success(.snoozed(let time)): return try await queue.snooze(job, until: time)
        case .success(.cancelled): return try await queue.endCancelled(job) ? .cancelled : nil
        case .failure(is CancellationError):
            return try await queue.handBack(job.id, epoch: job.leaseEpoch) ? .available : nil
        case .failure(let error):
            let error = error as? JobError ?? JobError(.transient, "\(error)")
            return try await queue.fail(job, error, delay: .seconds(1))
        }
    }

    /// Drives until nothing is left that could be done now.
    ///
    /// - Returns: what each claim came to.
    @discardableResult
    package func driveAll(
        _ workflows: [WorkflowDefinition],
        settings change: (inout FlowSettings) -> Void = { _ in }
    ) async throws -> [Drive] {
        var drives: [Drive] = []
        // A run that wakes up for nothing for ever would be a fault.
        for _ in 0..<1000 {
            let drive = try await drive(workflows, settings: change)
            guard drive != .idle else { return drives }
            drives.append(drive)
        }
        throw BenchError.neverIdle
    }

    /// Lets the lease of a dead worker run out, and gives its job back.
    package func rescue() async throws {
        try await advance(by: .seconds(31))
        _ = try await queue.rescueLate()
    }
}

package enum BenchError: Error {
    case neverIdle
}

/// What steps have done outside the database: survives every worker.
package final class Effects: Sendable {
    private let state = Mutex<[String]>([])

    package init() {}

    package func note(_ effect: String) { state.withLock { $0.append(effect) } }
    package var all: [String] { state.withLock { $0 } }
    package func count(_ effect: String) -> Int { all.count { $0 == effect } }
}

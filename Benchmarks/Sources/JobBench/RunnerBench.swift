import Bus
import Jobs
import Store
import Threading

/// The runner, as a daemon has it.
struct RunnerBench: Sendable {
    private let queue: JobQueue

    init(_ store: any Storage) { queue = JobQueue(store: store) }

    /// From the runner's start until everything that was enqueued before is recorded as done.
    ///
    /// - Parameters:
    ///   - count: how many jobs.
    ///   - slots: how many run at once.
    /// - Returns: jobs per second.
    /// - Throws: what the runner throws.
    func throughput(_ count: Int, slots: Int) async throws -> [(String, Double)] {
        try await queue.enqueueBench(count)
        let watch = Stopwatch()
        let handler = JobHandler(kind: JobQueue.kind, queue: JobQueue.bench) { _, _ in .completed(result: nil) }
        try await Running(queue, [handler], slots: slots).until(ended: count)
        return [("jobs_per_s", Double(count) / watch.seconds)]
    }

    /// From the call that enqueues a job to its handler's first line.
    func pickup(seconds: Int, rate: Int) async throws -> [(String, Double)] {
        let pace = Pace(seconds: seconds, rate: rate)
        let starts = Mutex<[String: ContinuousClock.Instant]>([:])
        let waits = Mutex<[Duration]>([])
        let handler = JobHandler(kind: JobQueue.kind, queue: JobQueue.bench) { payload, _ in
            let now = ContinuousClock.now
            guard let start = starts.withLock({ $0.removeValue(forKey: payload) }) else {
                throw BenchError("a job began twice")
            }
            waits.withLock { $0.append(now - start) }
            return .completed(result: nil)
        }
        try await Running(queue, [handler], slots: 64).until(ended: pace.count) {
            try await pace.run { number in
                let payload = "{\"number\":\(number)}"
                starts.withLock { $0[payload] = .now }
                try await queue.enqueue(JobRequest(queue: JobQueue.bench, kind: JobQueue.kind, payload: payload))
            }
        }
        return Waits(waits.withLock { $0 }).figures("pickup")
    }
}

/// A runner that is stopped once so many jobs have ended.
struct Running: Sendable {
    private let runner: JobRunner
    private let ends: AsyncStream<UUIDv7>

    init(_ queue: JobQueue, _ handlers: [JobHandler], slots: Int) {
        let (ends, end) = AsyncStream.makeStream(of: UUIDv7.self)
        let names = Set(handlers.map(\.queue))
        runner = JobRunner(
            queue: queue,
            handlers: handlers,
            settings: JobRunnerSettings(lanes: names.map { JobRunnerSettings.Lane($0, slots: slots) }),
            worker: Leadership.freshHolder(),
            report: { report in
                if case .ended(let ended) = report, ended.state == .completed { end.yield(ended.job) }
            }
        )
        self.ends = ends
    }

    /// Runs jobs until so many are recorded as completed.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - work: done beside it.
    /// - Throws: what `work` throws, and `JobRunnerError`.
    func until(ended count: Int, _ work: @escaping @Sendable () async throws -> Void = {}) async throws {
        try await run { ends in
            async let done: Void = work()
            var left = count
            for await _ in ends {
                left -= 1
                if left == 0 { break }
            }
            try await done
        }
    }

    /// Runs jobs beside a body that is told of each end; stops claiming first, and running then.
    func run(_ body: (AsyncStream<UUIDv7>) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { hands in
            hands.addTask { await runner.runHands() }
            try await withThrowingTaskGroup(of: Void.self) { lanes in
                lanes.addTask { try await runner.runLanes() }
                try await body(ends)
                lanes.cancelAll()
                try await lanes.waitForAll()
            }
            hands.cancelAll()
            try await hands.waitForAll()
        }
    }
}

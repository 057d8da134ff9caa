import Bus
import Jobs
import Store
import Threading

/// The queue without the runner: claims and completions as single calls.
struct ClaimBench: Sendable {
    private let queue: JobQueue
    private let worker: UUIDv7

    init(_ store: any Storage) {
        queue = JobQueue(store: store)
        worker = Leadership.freshHolder()
    }

    /// Workers that each claim a job, complete it, and claim the next.
    func throughput(_ count: Int, workers: Int) async throws -> [(String, Double)] {
        try await queue.enqueueBench(count)
        let watch = Stopwatch()
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<workers { group.addTask { try await work() } }
            return try await group.reduce(0, +)
        }
        let seconds = watch.seconds
        guard done == count else { throw BenchError("\(done) of \(count) jobs were completed") }
        return [("jobs_per_s", Double(count) / seconds)]
    }

    private func work() async throws -> Int {
        var done = 0
        while let job = try await claim() {
            try await complete(job)
            done += 1
        }
        return done
    }

    private func claim() async throws -> JobRecord? {
        try await queue.claim(JobQueue.bench, limit: 1, lease: .seconds(30), worker: worker).first
    }

    private func complete(_ job: JobRecord) async throws {
        let completion = JobQueue.Completion(id: job.id, epoch: job.leaseEpoch, result: nil)
        guard try await queue.complete([completion]) == [job.id] else { throw BenchError("a lease was lost") }
    }

    /// One claim at each tick, completed outside of the measured time.
    func paced(seconds: Int, rate: Int) async throws -> [(String, Double)] {
        let pace = Pace(seconds: seconds, rate: rate)
        try await queue.enqueueBench(pace.count)
        let waits = Mutex<[Duration]>([])
        try await pace.run { _ in
            let start = ContinuousClock.now
            guard let job = try await claim() else { throw BenchError("nothing to claim") }
            let wait = ContinuousClock.now - start
            waits.withLock { $0.append(wait) }
            try await complete(job)
        }
        return Waits(waits.withLock { $0 }).figures("claim")
    }
}

import Bus
import Jobs
import Store
import Testing
import Threading

private struct Count: Job {
    static let kind = "count"
    static let queue: QueueName = "media"
    let number: Int
}

extension JobContract {
    /// Runs a runner beside a body, and stops it in order afterwards.
    static func run(
        _ jobs: JobQueue,
        _ handlers: [JobHandler],
        slots: Int = 5,
        settings change: (inout JobRunnerSettings) -> Void = { _ in },
        _ body: (JobReports) async throws -> Void
    ) async throws {
        var settings = JobRunnerSettings(lanes: [.init(media, slots: slots)])
        settings.stopGrace = .seconds(5)
        change(&settings)
        let reports = JobReports()
        let runner = JobRunner(
            queue: jobs,
            handlers: handlers,
            settings: settings,
            worker: UUIDv7(high: 8, low: .random(in: 0 ... .max)),
            report: { reports.add($0) }
        )
        let keeper = JobKeeper(queue: jobs)
        try await withThrowingTaskGroup(of: Void.self) { outer in
            outer.addTask { await runner.runHands() }
            outer.addTask { await keeper.runStaging() }
            try await withThrowingTaskGroup(of: Void.self) { inner in
                inner.addTask { try await runner.runLanes() }
                try await body(reports)
                inner.cancelAll()
                try await inner.waitForAll()
            }
            #expect(runner.runningCount == 0)
            outer.cancelAll()
        }
    }

    private static func count(_ counter: Counter) -> JobHandler {
        JobHandler(Count.self) { job, _ in
            counter.add(job.number)
            return NoResult()
        }
    }

    static let running = [
        Check(name: "a runner wakes at once, runs what is there, and completes it") { contract in
            try await contract.with(isLive: true) { _, jobs in
                let counter = Counter()
                // No regular look within the test: only notices wake it.
                try await run(jobs, [count(counter)], settings: { $0.pollInterval = .seconds(600) }) { reports in
                    for number in 1...100 { try await jobs.enqueue(Count(number: number)) }
                    await reports.waitForEnds(100, in: .completed)
                    var later = try JobRequest(Count(number: 1000))
                    later.delay = .milliseconds(50)
                    try await jobs.enqueue(later)
                    await reports.waitForEnds(101, in: .completed)
                }
                #expect(counter.sum == 5050 + 1000)
                #expect(try await jobs.jobs(state: .completed, limit: 200).count == 101)
            }
        },
        Check(name: "poison is tried, given up, and disturbs nobody else") { contract in
            try await contract.with(isLive: true) { _, jobs in
                let counter = Counter()
                var handler = count(counter)
                handler = JobHandler(
                    kind: handler.kind,
                    queue: handler.queue,
                    retry: RetryPolicy(base: .milliseconds(1)),
                    run: handler.run
                )
                try await jobs.enqueue(JobRequest(queue: media, kind: "count", payload: "{not json"))
                var unknown = JobRequest(queue: media, kind: "unheard-of", payload: "{}")
                unknown.attemptMax = 1
                try await jobs.enqueue(unknown)
                for number in 1...20 { try await jobs.enqueue(Count(number: number)) }
                try await run(jobs, [handler]) { reports in
                    await reports.waitForEnds(20, in: .completed)
                    await reports.waitForEnds(2, in: .discarded)
                }
                #expect(counter.sum == 210)
                let dead = try await jobs.jobs(state: .discarded)
                #expect(dead.map(\.attempt).sorted() == [1, 3])
                #expect(dead.contains { $0.errors.last?.message.contains("unheard-of") == true })
                #expect(dead.contains { $0.errors.last?.message.contains("does not decode") == true })
            }
        },
        Check(name: "a stop hands a hundred running jobs back without using their attempts") { contract in
            try await contract.with(isLive: true) { _, jobs in
                for number in 0..<100 { try await jobs.enqueue(Count(number: number)) }
                let sleeper = JobHandler(Count.self) { _, _ in
                    try await ContinuousClock().sleep(for: .seconds(600))
                    return NoResult()
                }
                let change: (inout JobRunnerSettings) -> Void = { settings in
                    settings.stopGrace = .milliseconds(100)
                    settings.claimMax = 40
                }
                let start = ContinuousClock.now
                try await run(jobs, [sleeper], slots: 100, settings: change) { reports in
                    await reports.waitForClaims(100)
                }
                #expect(start.duration(to: .now) < .seconds(60))
                let after = try await jobs.jobs(limit: 200)
                #expect(after.count == 100)
                #expect(after.allSatisfy { $0.state == .available && $0.attempt == 0 && $0.errors.isEmpty })
            }
        },
        Check(name: "a job over its time fails, and one that is cancelled stops") { contract in
            try await contract.with(isLive: true) { _, jobs in
                let sleeper = JobHandler(Count.self, timeout: .milliseconds(50)) { _, _ in
                    try await ContinuousClock().sleep(for: .seconds(600))
                    return NoResult()
                }
                var slow = try JobRequest(Count(number: 1))
                slow.attemptMax = 1
                let change: (inout JobRunnerSettings) -> Void = { $0.pollInterval = .milliseconds(10) }
                let late = try await jobs.enqueue(slow).id
                try await run(jobs, [sleeper], settings: change) { reports in
                    await reports.waitForEnds(in: .discarded)
                }
                #expect(try await jobs.job(late)?.errors.last?.message == "it took too long")

                let patient = JobHandler(Count.self) { _, _ in
                    try await ContinuousClock().sleep(for: .seconds(600))
                    return NoResult()
                }
                let id = try await jobs.enqueue(Count(number: 2)).id
                try await run(jobs, [patient], settings: change) { reports in
                    await reports.wait(for: 1) { if case .claimed = $0 { true } else { false } }
                    let state = try await jobs.cancel(id)
                    #expect(state == .running)
                    await reports.waitForEnds(in: .cancelled)
                }
                #expect(try await jobs.state(id) == .cancelled)
            }
        },
        Check(name: "a job that ignores its cancellation is recorded without it, and its late end is refused") {
            contract in
            try await contract.with(isLive: true) { _, jobs in
                let gate = Gate()
                let deaf = JobHandler(Count.self, timeout: .milliseconds(20)) { _, _ in
                    await gate.pass()
                    return NoResult()
                }
                var request = try JobRequest(Count(number: 1))
                request.attemptMax = 1
                let id = try await jobs.enqueue(request).id
                let change: (inout JobRunnerSettings) -> Void = { settings in
                    settings.pollInterval = .milliseconds(10)
                    settings.cancelGrace = .milliseconds(20)
                }
                try await run(jobs, [deaf], settings: change) { reports in
                    await reports.wait(for: 1) { if case .stuck = $0 { true } else { false } }
                    while try await jobs.state(id) != .discarded { await Task.yield() }
                    gate.open()
                    await reports.wait(for: 1) { if case .leaseLost = $0 { true } else { false } }
                }
                #expect(try await jobs.state(id) == .discarded)
            }
        },
        Check(name: "a job whose lease was taken back is stopped and writes nothing") { contract in
            try await contract.with(isLive: true) { engine, jobs in
                let patient = JobHandler(Count.self) { _, _ in
                    try await ContinuousClock().sleep(for: .seconds(600))
                    return NoResult()
                }
                let id = try await jobs.enqueue(Count(number: 1)).id
                let change: (inout JobRunnerSettings) -> Void = { settings in
                    settings.lease = .milliseconds(300)
                    settings.pollInterval = .milliseconds(20)
                }
                try await run(jobs, [patient], settings: change) { reports in
                    await reports.wait(for: 1) { if case .claimed = $0 { true } else { false } }
                    // Somebody else takes it, as after a lease that ran out while this process stood still.
                    try await engine.store.run(
                        "UPDATE job SET lease_epoch = lease_epoch + 1, worker = ?2 WHERE id = ?1",
                        [SQLValue(id), SQLValue(worker(9))]
                    )
                    await reports.wait(for: 1) { if case .leaseLost = $0 { true } else { false } }
                }
                #expect(try await jobs.job(id)?.worker == worker(9))
            }
        },
    ]
}

/// Adds up.
private final class Counter: Sendable {
    private let state = Mutex(0)
    func add(_ number: Int) { state.withLock { $0 += number } }
    var sum: Int { state.withLock { $0 } }
}

/// Holds tasks, cancelled or not, until it is opened.
private final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state -> Bool in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

import Bus
import Domain
import Jobs
import Store
import TestKit
import Testing
import Threading

/// Many runs at once, with workers that die all the time, and in the daemon's own runner.
@Suite struct WorkflowStormTests {
    private func withBench(_ body: (WorkflowBench) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let ahead = Mutex(Duration.zero)
        var config = SQLiteConfig(path: folder.path("storm.sqlite"))
        config.synchronous = .normal
        let store = try await SQLiteStore.open(
            config,
            bus: EventBus(types: EventCatalogue.all),
            now: { Timestamp.now.advanced(by: ahead.withLock { $0 }) }
        )
        try await body(WorkflowBench(JobContract.Engine(store: store) { time in ahead.withLock { $0 += time } }))
        await store.close()
    }

    /// Ten steps, each of which adds to what came before.
    private static func ten(_ effects: Effects) -> Workflow<Int, Int> {
        Workflow("ten") { (start: Int, flow: Flow) async throws -> Int in
            var sum = start
            for number in 1...10 {
                let before = sum
                sum = try await flow.step("add \(number)") { key in
                    effects.note(key)
                    return before * 3 + number
                }
            }
            return sum
        }
    }

    private static func expected(_ start: Int) -> Int { (1...10).reduce(start) { $0 * 3 + $1 } }

    @Test func `however often workers die, each run has the result of an undisturbed one`() async throws {
        try await withBench { bench in
            let effects = Effects()
            let workflow = Self.ten(effects)
            var runs: [UUIDv7] = []
            for number in 0..<60 { runs.append(try await bench.start(workflow, number)) }
            var dice = SplitMix64(state: 20_261_125)
            var (deaths, repeated) = (0, 0)
            while true {
                let step = "add \(Int.random(in: 1...10, using: &dice))"
                let places: [WorkflowProbe.Point] = [
                    .beforeEffect(step: step), .afterEffect(step: step), .afterRecord(step: step), .afterFinish,
                ]
                let place = places[Int.random(in: 0..<places.count, using: &dice)]
                bench.die(at: place)
                switch try await bench.drive([workflow.definition]) {
                case .idle where try await bench.client.runs(in: .running).isEmpty:
                    try await finish(bench, runs, effects, deaths: deaths, repeated: repeated)
                    return
                case .died:
                    deaths += 1
                    if case .afterEffect = place { repeated += 1 }
                    try await bench.rescue()
                default: break
                }
            }
        }
    }

    private func finish(
        _ bench: WorkflowBench,
        _ runs: [UUIDv7],
        _ effects: Effects,
        deaths: Int,
        repeated: Int
    ) async throws {
        #expect(deaths > 60)
        for (number, run) in runs.enumerated() {
            #expect(try await bench.client.result(of: run, as: Int.self) == Self.expected(number))
        }
        // An effect is repeated only where a worker died between it and its record.
        #expect(effects.all.count == 600 + repeated)
        #expect(Set(effects.all).count == 600)
        #expect(try await bench.told().count { $0 == "workflow.step.finished" } == 600)
    }

    @Test func `the daemon's runner carries a hundred productions through their gates`() async throws {
        try await withBench { bench in
            let effects = Effects()
            let workflow = Workflow<Pilot, Published>.production(effects)
            let handlers = WorkflowRunner([workflow.definition], store: bench.store, author: bench.author).handlers
            try await running(bench, handlers) {
                var runs: [UUIDv7] = []
                for number in 0..<100 {
                    runs.append(try await bench.start(workflow, Pilot(title: "pilot \(number)", scenes: 3)))
                }
                var decided = 0
                while decided < 200 {
                    for open in try await bench.client.openApprovals() {
                        let (what, hash) = (open.what, open.contentHash)
                        try await bench.client.decide(open.run, what, .approved, by: "alice", contentHash: hash)
                        decided += 1
                    }
                    try await Task.sleep(for: .milliseconds(20))
                }
                while try await bench.client.runs(in: .waiting, limit: 1000)
                    .count(where: { $0.waitingFor == "timer 'cool down'" }) < 100
                {
                    try await Task.sleep(for: .milliseconds(20))
                }
                try await bench.advance(by: .seconds(61))
                for (number, run) in runs.enumerated() {
                    let published = try await bench.client.result(of: run, as: Published.self)
                    #expect(published.title == "pilot \(number)")
                }
            }
            #expect(effects.count("upload") == 100 && effects.count("scene") == 300)
            #expect(effects.count("delete upload") == 0)
        }
    }

    @Test func `a runner that stops hands its runs back, and another goes on with them`() async throws {
        try await withBench { bench in
            let (begun, beginnings) = AsyncStream.makeStream(of: Void.self)
            let effects = Effects()
            let workflow = Workflow("long") { (_: Int, flow: Flow) async throws -> Int in
                try await flow.step("first") { effects.note("first") }
                try await flow.step("film") {
                    effects.note("film")
                    beginnings.yield()
                    // The first worker is stopped here.
                    if effects.count("film") == 1 { try await ContinuousClock().sleep(for: .seconds(3600)) }
                }
                return 7
            }
            let handlers = WorkflowRunner([workflow.definition], store: bench.store, author: bench.author).handlers
            let run = try await bench.start(workflow, 1)
            try await running(bench, handlers) { for await _ in begun { return } }
            let job = try #require(try await bench.queue.job(run))
            #expect(job.state == .available && job.attempt == 0)
            try await running(bench, handlers) {
                let result = try await bench.client.result(of: run, as: Int.self)
                #expect(result == 7)
            }
            #expect(effects.all == ["first", "film", "film"])
        }
    }

    /// Runs the daemon's runner beside a body, and stops it in order afterwards.
    private func running(
        _ bench: WorkflowBench,
        _ handlers: [JobHandler],
        _ body: () async throws -> Void
    ) async throws {
        var settings = JobRunnerSettings(lanes: [.init(WorkflowBench.lane, slots: 20)])
        settings.stopGrace = .milliseconds(100)
        let worker = UUIDv7(high: 8, low: .random(in: 0 ... .max))
        let runner = JobRunner(queue: bench.queue, handlers: handlers, settings: settings, worker: worker)
        let keeper = JobKeeper(queue: bench.queue)
        try await withThrowingTaskGroup(of: Void.self) { outer in
            outer.addTask { await runner.runHands() }
            outer.addTask { await keeper.runStaging() }
            try await withThrowingTaskGroup(of: Void.self) { inner in
                inner.addTask { try await runner.runLanes() }
                try await body()
                inner.cancelAll()
                try await inner.waitForAll()
            }
            outer.cancelAll()
        }
    }
}

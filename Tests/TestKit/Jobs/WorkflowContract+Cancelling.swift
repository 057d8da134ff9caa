import Bus
import Jobs
import Store
import Testing

extension WorkflowContract {
    /// Two steps that can be undone, and a long wait.
    private static func undoable(_ effects: Effects) -> Workflow<Int, Int> {
        Workflow("undoable") { (_: Int, flow: Flow) async throws -> Int in
            try await flow.step("upload") { effects.note("upload") }
            try flow.compensate("delete upload") { effects.note("delete upload") }
            try await flow.step("announce") { effects.note("announce") }
            try flow.compensate("withdraw") { key in effects.note("withdraw \(key.isEmpty)") }
            let _: String = try await flow.signal("go")
            try await flow.step("publish") { effects.note("publish") }
            return 1
        }
    }

    private static let undone = ["upload", "announce", "withdraw false", "delete upload"]

    static let cancelling = [
        Check(name: "a waiting run is woken by its cancellation and undoes what it did, newest first") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = undoable(effects)
                let run = try await bench.start(workflow, 1)
                try await bench.driveAll([workflow.definition])
                #expect(try await bench.client.cancel(run, by: "alice"))
                try await bench.drive([workflow.definition], to: [.ended(.cancelled)])
                #expect(effects.all == undone)
                #expect(try await bench.outcome(run) == .cancelled)
                #expect(try await bench.client.cancel(run, by: "alice") == false)
                let report = try await bench.client.show(run)
                #expect(report.cancelledBy == "alice" && report.summary?.state == .cancelled)
            }
        },
        Check(name: "a run that has not begun is cancelled at once") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = undoable(effects)
                let run = try await bench.start(workflow, 1)
                #expect(try await bench.client.cancel(run, by: "alice"))
                try await bench.drive([workflow.definition], to: [])
                #expect(try await bench.outcome(run) == .cancelled && effects.all.isEmpty)
            }
        },
        Check(name: "a run that is being begun is cancelled before its first step") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = undoable(effects)
                let run = try await bench.start(workflow, 1)
                let record = try #require(try await bench.claim())
                #expect(try await bench.client.cancel(run, by: "alice"))
                #expect(try await bench.run(record, [workflow.definition]) == .ended(.cancelled))
                #expect(effects.all.isEmpty)
                #expect(try await bench.told() == ["workflow.run.started", "workflow.run.finished"])
            }
        },
        Check(name: "between two steps, the next is not begun") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("between") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("first") {
                        effects.note("first")
                        try await bench.client.cancel(UUIDv7(high: 1, low: 1), by: "alice")
                    }
                    try flow.compensate("undo") { effects.note("undo") }
                    try await flow.step("second") { effects.note("second") }
                    return 1
                }
                let run = try await bench.client.start(workflow, 1, id: UUIDv7(high: 1, low: 1)).id
                try await bench.drive([workflow.definition], to: [.ended(.cancelled)]) { settings in
                    settings.startRecordedAfter = .seconds(600)
                }
                #expect(effects.all == ["first", "undo"])
                #expect(try await bench.outcome(run) == .cancelled)
            }
        },
        Check(name: "a running step is stopped by its run's cancellation") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("long") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("first") {}
                    try flow.compensate("undo") { effects.note("undo") }
                    try await flow.step("film") {
                        effects.note("film")
                        try await bench.client.cancel(UUIDv7(high: 2, low: 2), by: "alice")
                        // Ends only because it is cancelled.
                        try await ContinuousClock().sleep(for: .seconds(3600))
                    }
                    return 1
                }
                let run = try await bench.client.start(workflow, 1, id: UUIDv7(high: 2, low: 2)).id
                let drives = try await bench.driveAll([workflow.definition]) { settings in
                    settings.startRecordedAfter = .milliseconds(5)
                    settings.lookEvery = .milliseconds(5)
                }
                #expect(drives == [.ended(.cancelled)])
                #expect(effects.all == ["film", "undo"])
                #expect(try await bench.client.show(run).steps.first { $0.name == "film" }?.state == .started)
            }
        },
        Check(name: "killed while it undoes, a run goes on undoing, each once") { contract in
            for place in [
                WorkflowProbe.Point.beforeEffect(step: "withdraw"), .afterRecord(step: "withdraw"),
                .beforeEffect(step: "delete upload"), .afterRecord(step: "delete upload"), .afterFinish,
            ] {
                try await contract.with { bench in
                    let effects = Effects()
                    let workflow = undoable(effects)
                    let run = try await bench.start(workflow, 1)
                    try await bench.driveAll([workflow.definition])
                    try await bench.client.cancel(run, by: "alice")
                    bench.die(at: place)
                    #expect(try await bench.drive([workflow.definition]) == .died, "\(place)")
                    try await bench.rescue()
                    try await bench.drive([workflow.definition], to: [.ended(.cancelled)], "\(place)")
                    #expect(effects.all == undone, "\(place)")
                    #expect(try await bench.outcome(run) == .cancelled)
                }
            }
        },
        Check(name: "a failed run undoes what it did; what cannot be undone is reported, the rest is undone") {
            contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("failing") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("first") {}
                    try flow.compensate("undo first") { effects.note("undo first") }
                    try await flow.step("second") {}
                    try flow.compensate(
                        "undo second",
                        policy: StepPolicy(attemptsMax: 2, retry: RetryPolicy(base: .zero))
                    ) {
                        effects.note("undo second")
                        throw Unlucky()
                    }
                    throw Unlucky()
                }
                let run = try await bench.start(workflow, 1)
                try await bench.drive([workflow.definition], to: [.ended(.discarded)])
                #expect(effects.all == ["undo second", "undo second", "undo first"])
                let error = try await bench.client.show(run).summary?.error ?? ""
                #expect(error.hasPrefix("Unlucky(); not undone: step 4 'undo second' (attempt 2): Unlucky()"))
                // What has been undone cannot go on.
                #expect(try await bench.queue.retry(run))
                try await bench.drive([workflow.definition], to: [.ended(.discarded)])
                #expect(effects.count("undo first") == 1)
            }
        },
        Check(name: "the code cannot swallow its cancellation") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("stubborn") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("first") {}
                    do {
                        let _: String = try await flow.signal("go")
                    } catch {
                        effects.note("swallowed")
                    }
                    try? await flow.step("second") { effects.note("second") }
                    return 1
                }
                let run = try await bench.start(workflow, 1)
                try await bench.drive([workflow.definition], to: [.ended(.scheduled)])
                try await bench.client.cancel(run, by: "alice")
                try await bench.drive([workflow.definition], to: [.ended(.cancelled)])
                #expect(effects.count("second") == 0 && effects.count("swallowed") == 2)
            }
        },
        Check(name: "a run whose job is cancelled or pruned behind its back ends or goes with it") { contract in
            try await contract.with { bench in
                let workflow = undoable(Effects())
                let run = try await bench.start(workflow, 1)
                try await bench.driveAll([workflow.definition])
                #expect(try await bench.queue.cancel(run) == .cancelled)
                #expect(try await bench.client.show(run).summary?.error == "its job was cancelled")
                #expect(try await bench.outcome(run) == .cancelled)
                try await bench.advance(by: .seconds(10))
                #expect(try await bench.queue.pruneAsLeader(completed: .seconds(5), failed: .seconds(5)) == 1)
                let left = try await bench.store.query(
                    "SELECT 1 FROM workflow_step UNION ALL SELECT 1 FROM workflow_run"
                )
                #expect(left.isEmpty)
            }
        },
    ]
}

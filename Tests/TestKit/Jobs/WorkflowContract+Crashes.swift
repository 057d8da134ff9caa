import Bus
import Jobs
import Store
import Testing

extension WorkflowContract {
    static let crashes = [
        Check(name: "killed at every labelled place, a run ends as if nothing had happened") { contract in
            let places: [(WorkflowProbe.Point, extra: String?)] = [
                (.afterClaim, nil), (.beforeEffect(step: "double"), nil), (.afterRecord(step: "double"), nil),
                // The one place where an effect may be repeated.
                (.afterEffect(step: "more"), "more true"), (.afterRecord(step: "more"), nil),
                (.beforeEffect(step: "say"), nil), (.afterFinish, nil),
            ]
            for (place, extra) in places {
                try await contract.with { bench in
                    let effects = Effects()
                    let workflow = threeSteps(effects)
                    let run = try await bench.start(workflow, 20)
                    bench.die(at: place)
                    #expect(try await bench.drive([workflow.definition]) == .died, "\(place)")
                    #expect(try await bench.drive([workflow.definition]) == .idle, "\(place)")
                    try await bench.rescue()
                    try await bench.drive([workflow.definition], to: [.ended(.completed)], "\(place)")
                    #expect(try await bench.result(of: run, as: Int.self) == 41)
                    for effect in ["double", "more true", "say 41"] {
                        #expect(effects.count(effect) == (effect == extra ? 2 : 1), "\(place): \(effect)")
                    }
                    let told = try await bench.told()
                    #expect(told.count { $0 == "workflow.step.finished" } == 3, "\(place)")
                    #expect(told.count { $0 == "workflow.run.finished" } == 1, "\(place)")
                }
            }
        },
        Check(name: "a step that may not be repeated is not, and says that its outcome is unknown") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("payment") { (_: Int, flow: Flow) async throws -> String in
                    do {
                        try await flow.step("pay", policy: .once) { effects.note("pay") }
                        return "paid"
                    } catch let failure as StepFailure where failure.reason == .outcomeUnknown {
                        return "ask"
                    }
                }
                let first = try await bench.start(workflow, 1)
                bench.die(at: .afterEffect(step: "pay"))
                #expect(try await bench.drive([workflow.definition]) == .died)
                try await bench.rescue()
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
                #expect(effects.count("pay") == 1)
                #expect(try await bench.result(of: first, as: String.self) == "ask")
                let second = try await bench.start(workflow, 2)
                try await bench.driveAll([workflow.definition])
                #expect(try await bench.result(of: second, as: String.self) == "paid")
            }
        },
        Check(name: "what waits to be recorded is not lost when a step ends while its start is recorded") { contract in
            try await contract.with { bench in
                let workflow = Workflow("hurry") { (count: Int, flow: Flow) async throws -> Int in
                    for number in 1...count {
                        try flow.compensate("undo \(number)") {}
                        _ = try flow.uuid()
                        // Long enough for the watcher to be just recording its start.
                        try await flow.step("step \(number)") { for _ in 0..<number * 20 { await Task.yield() } }
                    }
                    try await flow.sleep("nap", .seconds(600))
                    return count
                }
                let run = try await bench.start(workflow, 40)
                try await bench.drive([workflow.definition], to: [.ended(.scheduled)]) { settings in
                    settings.startRecordedAfter = .microseconds(100)
                }
                #expect(try await bench.client.show(run).steps.map(\.number) == Array(1...121))
                try await bench.advance(by: .seconds(601))
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
            }
        },
        Check(name: "a worker whose lease was taken writes nothing more") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("zombie") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("first") { effects.note("first") }
                    try await flow.step("second") {
                        effects.note("second")
                        // Somebody else takes the run while this goes on.
                        guard effects.count("second") == 1 else { return }
                        try await bench.rescue()
                        let other = try #require(try await bench.claim())
                        effects.note("epoch \(other.leaseEpoch)")
                    }
                    try await flow.step("third") { effects.note("third") }
                    return 1
                }
                let run = try await bench.start(workflow, 1)
                // Nothing tells the worker but its own write.
                let drive = try await bench.drive([workflow.definition]) { $0.startRecordedAfter = .seconds(600) }
                #expect(drive == .leaseLost)
                #expect(effects.all == ["first", "second", "epoch 2"])
                #expect(try await bench.client.show(run).steps.map(\.name) == ["first"])
                try await bench.rescue()
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
                #expect(effects.count("first") == 1 && effects.count("third") == 1)
            }
        },
        Check(name: "code that no longer fits the record stops the run, names the step, and goes on once fixed") {
            contract in
            try await contract.with { bench in
                func workflow(_ names: [String]) -> Workflow<Int, Int> {
                    Workflow("changed") { (_: Int, flow: Flow) async throws -> Int in
                        for name in names { try await flow.step(name) {} }
                        try await flow.sleep("nap", .seconds(600))
                        return names.count
                    }
                }
                let run = try await bench.start(workflow(["voice", "images"]), 1)
                try await bench.drive([workflow(["voice", "images"]).definition], to: [.ended(.scheduled)])
                try await bench.advance(by: .seconds(601))
                let swapped = workflow(["images", "voice"]).definition
                try await bench.drive([swapped], to: [.ended(.discarded)])
                let error = try await bench.client.show(run).summary?.error ?? ""
                #expect(error.contains("step 1 is recorded as step 'voice', and the code now calls step 'images'"))
                #expect(try await bench.queue.retry(run))
                let fixed = workflow(["voice", "images"]).definition
                try await bench.drive([fixed], to: [.ended(.completed)])
            }
        },
        Check(name: "old runs keep the old way of a patch, and versions keep their code") { contract in
            try await contract.with { bench in
                let effects = Effects()
                func workflow(version: Int) -> WorkflowDefinition {
                    Workflow("patched", version: version) { (_: Int, flow: Flow) async throws -> String in
                        try await flow.step("first") {}
                        if version > 1 {
                            if try flow.patched("louder") { try await flow.step("louder") { effects.note("louder") } }
                        }
                        try await flow.sleep("nap", .seconds(600))
                        return "code \(version), begun with \(flow.version)"
                    }.definition
                }
                let old = try await bench.queue.enqueue(
                    JobRequest(queue: WorkflowBench.lane, kind: "patched", payload: "1")
                )
                try await bench.driveAll([workflow(version: 1)])
                let new = try await bench.queue.enqueue(
                    JobRequest(queue: WorkflowBench.lane, kind: "patched", payload: "1")
                )
                try await bench.driveAll([workflow(version: 2)])
                try await bench.advance(by: .seconds(601))
                try await bench.driveAll([workflow(version: 2)])
                #expect(effects.all == ["louder"])
                #expect(
                    try await bench.result(of: old.id, as: String.self) == "code 2, begun with 1"
                )
                #expect(try await bench.result(of: new.id, as: String.self) == "code 2, begun with 2")
                #expect(
                    try await bench.client.show(new.id).steps.map(\.name) == ["first", "louder", "louder", "nap"]
                )
                let third = try await bench.queue.enqueue(
                    JobRequest(queue: WorkflowBench.lane, kind: "patched", payload: "1")
                )
                try await bench.driveAll([workflow(version: 1)])
                try await bench.advance(by: .seconds(601))
                try await bench.driveAll([workflow(version: 2), workflow(version: 1)])
                #expect(
                    try await bench.result(of: third.id, as: String.self) == "code 1, begun with 1"
                )
            }
        },
    ]
}

import Bus
import Jobs
import Store
import Testing
import Threading

extension WorkflowContract {
    private static let gate = Workflow("gate") { (text: String, flow: Flow) async throws -> Approval in
        let script = try await flow.step("script") { "script about \(text)" }
        return try await flow.approval("script", of: script, within: .seconds(600))
    }

    private static func hash(_ value: some Encodable) throws -> String { "\(try ContentHash(of: value))" }

    static let approvals = [
        Check(name: "an approval names exactly what was shown, and the run goes on with it") { contract in
            try await contract.with { bench in
                let run = try await bench.start(gate, "bitcoin")
                await #expect(throws: WorkflowError.notAsked("script")) {
                    try await bench.client.decide(run, "script", .approved, by: "alice", contentHash: "00")
                }
                try await bench.drive([gate.definition], to: [.ended(.scheduled)])
                let open = try await bench.client.openApprovals()
                let shown = try hash("script about bitcoin")
                #expect(open.map(\.what) == ["script"] && open.map(\.contentHash) == [shown])
                await #expect(throws: WorkflowError.contentChanged("script")) {
                    let edited = try hash("script about gold")
                    try await bench.client.decide(run, "script", .approved, by: "alice", contentHash: edited)
                }
                try await bench.client.decide(run, "script", .approved, by: "alice", contentHash: shown, note: "ok")
                try await bench.drive([gate.definition], to: [.ended(.completed)])
                let approval = try await bench.result(of: run, as: Approval.self)
                #expect(approval.isApproved && approval.by == "alice" && approval.note == "ok")
                #expect(approval.contentHash == shown)
                #expect(try await bench.client.openApprovals() == [])
                let told = try await bench.told().filter { $0.contains("approval") }
                #expect(told == ["workflow.approval.requested", "workflow.approval.decided"])
            }
        },
        Check(name: "of two that decide at the same time, one is too late") { contract in
            try await contract.with { bench in
                for _ in 0..<10 {
                    let run = try await bench.start(gate, "bitcoin")
                    try await bench.driveAll([gate.definition])
                    let shown = try hash("script about bitcoin")
                    let results = await withTaskGroup(of: String?.self) { group in
                        for (who, verdict) in [("alice", WorkflowClient.Verdict.approved), ("bob", .rejected)] {
                            group.addTask {
                                do {
                                    try await bench.client.decide(
                                        run,
                                        "script",
                                        verdict,
                                        by: who,
                                        contentHash: shown
                                    )
                                    return who
                                } catch {
                                    return nil
                                }
                            }
                        }
                        var deciders: [String] = []
                        for await who in group { if let who { deciders.append(who) } }
                        return deciders
                    }
                    #expect(results.count == 1)
                    try await bench.driveAll([gate.definition])
                    let approval = try await bench.result(of: run, as: Approval.self)
                    #expect(approval.by == results.first && approval.isApproved == (results.first == "alice"))
                }
            }
        },
        Check(name: "a deadline that passes while nothing runs is expired, and is never approved late") { contract in
            try await contract.with { bench in
                let run = try await bench.start(gate, "bitcoin")
                try await bench.driveAll([gate.definition])
                try await bench.advance(by: .seconds(601))
                await #expect(throws: WorkflowError.expired("script")) {
                    let shown = try hash("script about bitcoin")
                    try await bench.client.decide(run, "script", .approved, by: "alice", contentHash: shown)
                }
                try await bench.drive([gate.definition], to: [.ended(.completed)])
                let approval = try await bench.result(of: run, as: Approval.self)
                #expect(approval.decision == .expired && approval.by == nil)
            }
        },
        Check(name: "what was approved in time counts, though the run is taken up after the deadline") { contract in
            try await contract.with { bench in
                let run = try await bench.start(gate, "bitcoin")
                try await bench.driveAll([gate.definition])
                let shown = try hash("script about bitcoin")
                try await bench.client.decide(run, "script", .approved, by: "alice", contentHash: shown)
                try await bench.advance(by: .seconds(601))
                try await bench.driveAll([gate.definition])
                #expect(try await bench.result(of: run, as: Approval.self).isApproved)
            }
        },
        Check(name: "approved, then edited: the run does not go on until the new content is approved") { contract in
            try await contract.with { bench in
                let file = Mutex("first cut")
                let workflow = Workflow("film") { (_: Int, flow: Flow) async throws -> String in
                    let gate = try await flow.approval("film", within: .seconds(600)) { file.withLock { $0 } }
                    return "\(gate.decision.rawValue) by \(gate.by ?? "")"
                }
                let run = try await bench.start(workflow, 1)
                try await bench.driveAll([workflow.definition])
                try await bench.client.decide(
                    run,
                    "film",
                    .approved,
                    by: "alice",
                    contentHash: try hash("first cut")
                )
                file.withLock { $0 = "second cut" }
                try await bench.drive([workflow.definition], to: [.ended(.scheduled)])
                await #expect(throws: WorkflowError.contentChanged("film")) {
                    try await bench.client.decide(
                        run,
                        "film",
                        .approved,
                        by: "bob",
                        contentHash: try hash("first cut")
                    )
                }
                try await bench.client.decide(run, "film", .approved, by: "bob", contentHash: try hash("second cut"))
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
                #expect(try await bench.result(of: run, as: String.self) == "approved by bob")
                let decisions = try await bench.client.show(run).approvals
                #expect(decisions.map(\.decision) == ["approved", "approved"] && decisions.map(\.round) == [1, 2])
            }
        },
        Check(name: "code that now shows something else than was approved does not go on") { contract in
            try await contract.with { bench in
                func workflow(_ suffix: String) -> WorkflowDefinition {
                    Workflow("gate") { (text: String, flow: Flow) async throws -> String in
                        let gate = try await flow.approval("text", of: text + suffix)
                        try await flow.sleep("nap", .seconds(600))
                        return gate.decision.rawValue
                    }.definition
                }
                let run = try await bench.start(gate, "bitcoin")
                try await bench.driveAll([workflow("")])
                try await bench.client.decide(run, "text", .approved, by: "alice", contentHash: try hash("bitcoin"))
                try await bench.driveAll([workflow("")])
                try await bench.advance(by: .seconds(601))
                try await bench.drive([workflow("!")], to: [.ended(.discarded)])
                let error = try await bench.client.show(run).summary?.error ?? ""
                #expect(error.contains("approved as 'text' is not what there is now"))
            }
        },
    ]
}

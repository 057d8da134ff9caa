import Bus
import Jobs
import Store
import Testing

extension WorkflowContract {
    private static let half = Workflow("half") { (number: Int, flow: Flow) async throws -> Int in
        guard number.isMultiple(of: 2) else { throw Unlucky() }
        return try await flow.step("halve") { number / 2 }
    }

    private static let parent = Workflow("parent") { (numbers: [Int], flow: Flow) async throws -> [Int] in
        let first = try await flow.child("first", half, numbers[0])
        return [first] + (try await flow.children("rest", half, over: Array(numbers.dropFirst())))
    }

    private static let both = [half.definition, parent.definition]

    static let children = [
        Check(name: "a parent waits for its children without a worker, and finds the same ones at a replay") {
            contract in
            try await contract.with { bench in
                let run = try await bench.start(parent, [2, 4, 6])
                #expect(try await bench.drive(both) == .ended(.scheduled))
                #expect(try await bench.client.show(run).summary?.waitingFor == "child 'first'")
                #expect(try await bench.driveAll(both).last == .ended(.completed))
                #expect(try await bench.client.result(of: run, as: [Int].self) == [1, 2, 3])
                let children = try await bench.client.runs(of: "half")
                #expect(children.count == 3)
                for child in children { #expect(try await bench.client.show(child.id).parent == run) }
            }
        },
        Check(name: "a child that fails is a failed step of its parent") { contract in
            try await contract.with { bench in
                let run = try await bench.start(parent, [2, 4, 5])
                #expect(try await bench.driveAll(both).last == .ended(.discarded))
                let error = try await bench.client.show(run).summary?.error
                #expect(error == "step 3 'rest[1]' (attempt 1): Unlucky()")
                #expect(try await bench.client.show(run).steps.map(\.state) == [.completed, .completed, .failed])
            }
        },
        Check(name: "a parent killed after its child began does not begin another") { contract in
            try await contract.with { bench in
                let run = try await bench.start(parent, [2])
                bench.die(at: .afterParking)
                #expect(try await bench.drive(both) == .died)
                try await bench.rescue()
                #expect(try await bench.driveAll(both).last == .ended(.completed))
                #expect(try await bench.client.result(of: run, as: [Int].self) == [1])
                #expect(try await bench.client.runs(of: "half").count == 1)
            }
        },
        Check(name: "cancelling a parent cancels its children, and theirs") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let leaf = Workflow("leaf") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("do") {}
                    try flow.compensate("undo") { effects.note("undo leaf") }
                    return try await flow.signal("never")
                }
                let middle = Workflow("middle") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.child("leaf", leaf, 1)
                }
                let top = Workflow("top") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.child("middle", middle, 1)
                }
                let all = [leaf.definition, middle.definition, top.definition]
                let run = try await bench.start(top, 1)
                try await bench.driveAll(all)
                #expect(try await bench.client.runs(in: .waiting).count == 3)
                try await bench.client.cancel(run, by: "alice")
                try await bench.driveAll(all)
                #expect(try await bench.client.runs(in: .cancelled).count == 3)
                #expect(effects.all == ["undo leaf"])
            }
        },
        Check(name: "a run waits for a job of any kind, and has its result") { contract in
            try await contract.with { bench in
                let workflow = Workflow("order") { (_: Int, flow: Flow) async throws -> String in
                    let request = JobRequest(queue: "media", kind: "render", payload: "{}")
                    return try await flow.job("render", request) ?? ""
                }
                let run = try await bench.start(workflow, 1)
                try await bench.driveAll([workflow.definition])
                let jobs = try await bench.queue.claim(
                    "media",
                    limit: 5,
                    lease: .seconds(30),
                    worker: UUIDv7(high: 9, low: 9)
                )
                #expect(jobs.map(\.parent) == [run])
                for job in jobs {
                    let done = JobQueue.Completion(id: job.id, epoch: job.leaseEpoch, result: "{\"file\":\"a.mp4\"}")
                    #expect(try await bench.queue.complete([done]) == [job.id])
                }
                #expect(try await bench.driveAll([workflow.definition]) == [.ended(.completed)])
                #expect(try await bench.client.result(of: run, as: String.self) == "{\"file\":\"a.mp4\"}")
            }
        },
    ]
}

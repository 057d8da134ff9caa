import Bus
import Jobs
import Store
import Testing

struct Unlucky: Error {}

extension WorkflowContract {
    /// Three steps that say what they do.
    static func threeSteps(_ effects: Effects) -> Workflow<Int, Int> {
        Workflow("three") { (start: Int, flow: Flow) async throws -> Int in
            let double = try await flow.step("double") { () -> Int in
                effects.note("double")
                return start * 2
            }
            let more = try await flow.step("more") { key in
                effects.note("more \(key.hasSuffix("/2"))")
                return double + 1
            }
            try await flow.step("say") { effects.note("say \(more)") }
            return more
        }
    }

    static let steps = [
        Check(name: "three steps run once each, in order, and the run has their result") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = threeSteps(effects)
                let run = try await bench.start(workflow, 20)
                #expect(try await bench.outcome(run) == nil)
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
                #expect(try await bench.result(of: run, as: Int.self) == 41)
                #expect(effects.all == ["double", "more true", "say 41"])
                #expect(try await bench.queue.job(run)?.result == "41")
                let report = try await bench.client.show(run)
                #expect(report.summary?.state == .completed && report.input == "20")
                #expect(report.steps.map(\.name) == ["double", "more", "say"])
                #expect(report.steps.map(\.output) == ["40", "41", "null"])
                #expect(report.steps.allSatisfy { $0.state == .completed && $0.attempt == 1 })
                let told = ["workflow.run.started"] + Array(repeating: "workflow.step.finished", count: 3)
                #expect(try await bench.told() == told + ["workflow.run.finished"])
            }
        },
        Check(name: "starting the same id again finds the same run, also when it has ended") { contract in
            try await contract.with { bench in
                let workflow = threeSteps(Effects())
                let id = UUIDv7(milliseconds: 1_700_000_000_000, counter: 1, random: 1)
                let first = try await bench.client.start(workflow, 1, id: id)
                let second = try await bench.client.start(workflow, 1, id: id)
                #expect(first == Enqueued(id: id, isNew: true) && second == Enqueued(id: id, isNew: false))
                try await bench.driveAll([workflow.definition])
                #expect(try await bench.client.start(workflow, 1, id: id) == second)
            }
        },
        Check(name: "a run begun in a transaction that fails is not there") { contract in
            try await contract.with { bench in
                let start = try WorkflowStart(threeSteps(Effects()), 1)
                await #expect(throws: Unlucky.self) {
                    try await bench.store.commit(by: bench.author) { transaction in
                        try transaction.start(start)
                        throw Unlucky()
                    }
                }
                #expect(try await bench.claim() == nil)
            }
        },
        Check(name: "a failing step is tried three times, and the run fails with its name") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("unlucky") { (_: Int, flow: Flow) async throws -> Int in
                    let policy = StepPolicy(retry: RetryPolicy(base: .seconds(600), factor: 2, cap: .seconds(6000)))
                    return try await flow.step("try", policy: policy) { () -> Int in
                        effects.note("try")
                        throw Unlucky()
                    }
                }
                let run = try await bench.start(workflow, 1)
                try await bench.drive(
                    [workflow.definition],
                    to: [
                        .ended(.scheduled)
                    ]
                ) { $0.waitInPlaceMax = .zero }
                #expect(try await bench.client.show(run).summary?.waitingFor == "attempt 2 of 'try'")
                try await bench.advance(by: .seconds(601))
                try await bench.drive(
                    [workflow.definition],
                    to: [
                        .ended(.scheduled)
                    ]
                ) { $0.waitInPlaceMax = .zero }
                try await bench.advance(by: .seconds(1201))
                try await bench.drive([workflow.definition], to: [.ended(.discarded)])
                #expect(effects.count("try") == 3)
                let report = try await bench.client.show(run)
                #expect(report.steps.first?.errors.map(\.attempt) == [1, 2, 3])
                #expect(report.summary?.state == .failed)
                #expect(report.summary?.error == "step 1 'try' (attempt 3): Unlucky()")
                await #expect(throws: WorkflowError.failed(run, "step 1 'try' (attempt 3): Unlucky()")) {
                    try await bench.result(of: run, as: Int.self)
                }
            }
        },
        Check(name: "a permanent failure is not tried again, and started over it is done again") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("permanent") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("first") { effects.note("first") }
                    return try await flow.step("second") { () -> Int in
                        effects.note("second")
                        guard effects.count("second") > 1 else { throw JobError(.permanent, "no such voice") }
                        return 7
                    }
                }
                let run = try await bench.start(workflow, 1)
                try await bench.drive([workflow.definition], to: [.ended(.discarded)])
                #expect(try await bench.queue.retry(run))
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
                #expect(effects.all == ["first", "second", "second"])
                #expect(try await bench.result(of: run, as: Int.self) == 7)
            }
        },
        Check(name: "the time, ids and chance are the same after every wait") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("values") { (_: Int, flow: Flow) async throws -> String in
                    let time = try await flow.now()
                    let id = try flow.uuid()
                    var dice = try flow.random()
                    let text = "\(time.nanoseconds) \(id) \(Int.random(in: 0..<1_000_000, using: &dice))"
                    effects.note(text)
                    try await flow.sleep("nap", .seconds(600))
                    return text
                }
                let run = try await bench.start(workflow, 1)
                try await bench.driveAll([workflow.definition])
                try await bench.advance(by: .seconds(601))
                try await bench.driveAll([workflow.definition])
                let result = try await bench.result(of: run, as: String.self)
                #expect(effects.all == [result, result])
            }
        },
        Check(name: "an output that is too large fails its step and says what to do") { contract in
            try await contract.with { bench in
                let workflow = Workflow("large") { (_: Int, flow: Flow) async throws -> Int in
                    let text = try await flow.step("write") { String(repeating: "x", count: 70_000) }
                    return text.count
                }
                let run = try await bench.start(workflow, 1)
                try await bench.drive([workflow.definition], to: [.ended(.discarded)])
                let error = try await bench.client.show(run).summary?.error ?? ""
                #expect(error.contains("70002 bytes") && error.contains("keep it in a file"))
            }
        },
        Check(name: "side by side, each has its own number, whatever ends first") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("fan") { (count: Int, flow: Flow) async throws -> [String] in
                    let squares = try await flow.parallel("square", Array(1...count), limit: 3) { number, key in
                        effects.note("square \(number)")
                        return "\(number * number) \(key.split(separator: "/").last ?? "")"
                    }
                    let (word, size) = try await flow.together(
                        Branch("word") { "hello" },
                        Branch("size") { 5 }
                    )
                    return squares + [word, "\(size)"]
                }
                let run = try await bench.start(workflow, 5)
                bench.die(at: .afterRecord(step: "square[2]"))
                #expect(try await bench.drive([workflow.definition]) == .died)
                try await bench.rescue()
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
                let expected = ["1 1", "4 2", "9 3", "16 4", "25 5", "hello", "5"]
                #expect(try await bench.result(of: run, as: [String].self) == expected)
                #expect(effects.count("square 3") == 1)
                let names = (0..<5).map { "square[\($0)]" } + ["word", "size"]
                #expect(try await bench.client.show(run).steps.map(\.name) == names)
            }
        },
        Check(name: "calls beside each other are refused, because their numbers would depend on chance") { contract in
            try await contract.with { bench in
                let workflow = Workflow("race") { (_: Int, flow: Flow) async throws -> Int in
                    try await flow.step("outer") {
                        try await flow.step("inner") {}
                    }
                    return 1
                }
                let run = try await bench.start(workflow, 1)
                try await bench.drive([workflow.definition], to: [.ended(.discarded)])
                let error = try await bench.client.show(run).summary?.error ?? ""
                #expect(error.contains("'inner' was called beside another call"))
            }
        },
    ]
}

import Bus
import Jobs
import Store
import Testing

extension WorkflowContract {
    /// Waits for a signal and says what came.
    private static let listener = Workflow("listener") { (count: Int, flow: Flow) async throws -> [String] in
        try await flow.step("ready") {}
        var heard: [String] = []
        for _ in 0..<count {
            let word: String = try await flow.signal("word")
            heard.append(word)
        }
        return heard
    }

    static let waits = [
        Check(name: "a timer gives its worker back and wakes the run when it is due, not before") { contract in
            try await contract.with { bench in
                let effects = Effects()
                let workflow = Workflow("nap") { (_: Int, flow: Flow) async throws -> Int in
                    effects.note("replay")
                    try await flow.sleep("cool down", .seconds(600))
                    return 1
                }
                let run = try await bench.start(workflow, 1)
                try await bench.drive([workflow.definition], to: [.ended(.scheduled)])
                #expect(try await bench.client.show(run).summary?.waitingFor == "timer 'cool down'")
                #expect(try await bench.queue.job(run)?.attempt == 0)
                try await bench.advance(by: .seconds(400))
                try await bench.drive([workflow.definition], to: [])
                try await bench.advance(by: .seconds(201))
                try await bench.drive([workflow.definition], to: [.ended(.completed)])
                #expect(effects.count("replay") == 2)
            }
        },
        Check(name: "signals that come before, during and between waits are taken in order, once each") { contract in
            try await contract.with { bench in
                let run = try await bench.start(listener, 3)
                #expect(try await bench.client.signal(run, "word", "one", messageID: "1") == .accepted)
                try await bench.drive([listener.definition], to: [.ended(.scheduled)])
                #expect(try await bench.client.show(run).summary?.waitingFor == "signal 'word'")
                #expect(try await bench.client.signal(run, "word", "two", messageID: "2") == .accepted)
                #expect(try await bench.client.signal(run, "word", "two", messageID: "2") == .duplicate)
                #expect(try await bench.client.signal(run, "other", "no", messageID: "x") == .accepted)
                try await bench.drive([listener.definition], to: [.ended(.scheduled)])
                #expect(try await bench.client.signal(run, "word", "two", messageID: "2") == .duplicate)
                #expect(try await bench.client.signal(run, "word", "three", messageID: "3") == .accepted)
                try await bench.drive([listener.definition], to: [.ended(.completed)])
                #expect(try await bench.result(of: run, as: [String].self) == ["one", "two", "three"])
                let taken = try await bench.client.show(run).signals.map(\.step)
                #expect(taken == [2, 3, nil, 4])
                await #expect(throws: WorkflowError.finished(run, "completed")) {
                    try await bench.client.signal(run, "word", "late", messageID: "4")
                }
                await #expect(throws: WorkflowError.unknownRun(UUIDv7(high: 1, low: 1))) {
                    try await bench.client.signal(UUIDv7(high: 1, low: 1), "word", "lost", messageID: "5")
                }
            }
        },
        Check(name: "a signal that comes between looking and sleeping is not slept through") { contract in
            try await contract.with { bench in
                let run = try await bench.start(listener, 1)
                let record = try #require(try await bench.claim())
                // The run has looked and is about to sleep, when the signal comes.
                let drive = try await bench.run(record, [listener.definition]) { settings in
                    let probe = settings.probe.reached
                    settings.probe = WorkflowProbe { point in
                        try probe?(point)
                        if point == .afterParking { throw Unlucky() }
                    }
                }
                // The probe stands for a worker that stops between its look and its sleep.
                #expect(drive == .ended(.retryable))
                try await bench.client.signal(run, "word", "one", messageID: "1")
                try await bench.advance(by: .seconds(2))
                let again = try #require(try await bench.claim())
                #expect(again.nudges == 1)
                try await bench.client.signal(run, "other", "two", messageID: "2")
                // Nudged since its claim: awake at once, whatever it says.
                #expect(try await bench.queue.snooze(JobContext(again), until: nil) == .available)
                try await bench.drive([listener.definition], to: [.ended(.completed)])
            }
        },
        Check(name: "a signal in the instant of the run's end is taken or refused, never lost") { contract in
            try await contract.with { bench in
                for number in 0..<20 {
                    let run = try await bench.start(listener, 1)
                    try await bench.driveAll([listener.definition])
                    try await bench.client.signal(run, "word", "first", messageID: "1")
                    async let late = bench.client.signal(run, "word", "second", messageID: "2")
                    try await bench.driveAll([listener.definition])
                    do {
                        #expect(try await late == .accepted)
                        // A worker passes over a run that is just being spoken to.
                        try await bench.driveAll([listener.definition])
                        #expect(try await bench.client.show(run).signals.count == 2, "\(number)")
                    } catch WorkflowError.finished {
                        try await bench.driveAll([listener.definition])
                        #expect(try await bench.client.show(run).signals.count == 1, "\(number)")
                    }
                    #expect(try await bench.result(of: run, as: [String].self) == ["first"])
                }
            }
        },
        Check(name: "a signal that does not come in time is a failure that the code can handle, for ever") { contract in
            try await contract.with { bench in
                let workflow = Workflow("patience") { (_: Int, flow: Flow) async throws -> String in
                    do {
                        return try await flow.signal("word", within: .seconds(600))
                    } catch let failure as StepFailure where failure.reason == .timedOut {
                        try await flow.sleep("nap", .seconds(600))
                        return "nobody"
                    }
                }
                let run = try await bench.start(workflow, 1)
                try await bench.driveAll([workflow.definition])
                try await bench.advance(by: .seconds(601))
                try await bench.drive([workflow.definition], to: [.ended(.scheduled)])
                try await bench.client.signal(run, "word", "late", messageID: "1")
                try await bench.advance(by: .seconds(601))
                try await bench.driveAll([workflow.definition])
                #expect(try await bench.result(of: run, as: String.self) == "nobody")
            }
        },
        Check(name: "a run goes on as a new one, with its key and the signals that nobody took") { contract in
            try await contract.with { bench in
                let workflow = Workflow("endless") { (round: Int, flow: Flow) async throws -> String in
                    let word: String = try await flow.signal("word")
                    if word != "stop" { try flow.continueAsNew(round + 1) }
                    return "stopped in round \(round)"
                }
                let first = try await bench.client.start(workflow, 1, uniqueKey: "endless").id
                for (number, word) in ["a", "b", "stop"].enumerated() {
                    try await bench.client.signal(first, "word", word, messageID: "\(number)")
                }
                #expect(try await bench.client.signal(first, "word", "a", messageID: "0") == .duplicate)
                #expect(try await bench.driveAll([workflow.definition]).count == 3)
                #expect(try await bench.result(of: first, as: String.self) == "stopped in round 3")
                let report = try await bench.client.show(first)
                let next = try #require(report.continuedAs)
                #expect(try await bench.client.show(next).continuedFrom == first)
                let again = try await bench.client.start(workflow, 1, uniqueKey: "endless")
                #expect(again.isNew)
                try await bench.driveAll([workflow.definition])
                try await bench.client.signal(again.id, "word", "a", messageID: "0")
                try await bench.driveAll([workflow.definition])
                // The one that goes on has the key.
                #expect(try await bench.client.start(workflow, 1, uniqueKey: "endless").isNew == false)
                #expect(try await bench.client.signal(again.id, "word", "a", messageID: "0") == .duplicate)
                try await bench.client.signal(again.id, "word", "stop", messageID: "1")
                try await bench.driveAll([workflow.definition])
                #expect(try await bench.result(of: again.id, as: String.self) == "stopped in round 2")
            }
        },
    ]
}

import BusZeroMQ
import JSON
import Jobs
import Store

/// Workflows that leave a trace of every step outside of the database.
extension JobDrills {
    struct StepsInput: Codable, Sendable {
        let witness: String
        let number: Int
        let steps: Int?
        let sleepMs: Int?
    }

    struct GatesInput: Codable, Sendable {
        let witness: String
        let number: Int
        let text: String
        /// How long a gate stays open.
        let seconds: Int
    }

    static let stepsName = "drill-steps"
    private static let stepsMax = 1000

    /// What this daemon can run for drills.
    var workflows: [WorkflowDefinition] { [steps.definition, gates.definition] }

    /// Steps one after another; the output is a checksum over what they answered.
    private var steps: Workflow<StepsInput, Int> {
        Workflow(JobDrills.stepsName) { [self] input, flow in
            var sum = input.number
            for step in 1...max(1, min(input.steps ?? 10, JobDrills.stepsMax)) {
                let before = sum
                sum = try await flow.step("step-\(step)") {
                    try trace(input.witness, input.number, step)
                    killSwitch.reach("midStep")
                    if let pause = input.sleepMs, pause > 0 {
                        try await ContinuousClock().sleep(for: .milliseconds(pause))
                    }
                    return (before &* 31 &+ step) % 1_000_003
                }
            }
            return sum
        }
    }

    /// Two decisions that people have to make, with work around them.
    private var gates: Workflow<GatesInput, String> {
        Workflow("drill-gates") { [self] input, flow in
            let script = try await flow.step("write") {
                try trace(input.witness, input.number, 1)
                return input.text
            }
            let first = try await flow.approval("script", of: script, within: .seconds(input.seconds))
            guard first.isApproved else { return "script: not approved" }
            let film = try await flow.step("film") {
                try trace(input.witness, input.number, 2)
                return "\(script) (filmed)"
            }
            let second = try await flow.approval("final", of: film, within: .seconds(input.seconds))
            guard second.isApproved else { return "final: not approved" }
            try await flow.step("publish") { try trace(input.witness, input.number, 3) }
            return film
        }
    }

    private func trace(_ witness: String, _ number: Int, _ step: Int) throws {
        try witnesses.append("step \(number) \(step) \(witnesses.processID)", to: witness)
    }

    /// `drill.start {kind: "workflows"}`: begins many runs.
    func start(_ call: ControlCall, _ desk: JobDesk) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("kind", "count", "witness", "steps", "sleepMs", "first")
        let count = Int(try call.params.number("count", in: 1...100_000))
        let first = Int(try call.params.number("first", in: 0...2_000_000_000, otherwise: 1))
        let witness = try call.params.text("witness", sizeBytesMax: 64)
        let steps = Int(try call.params.number("steps", in: 1...Int64(JobDrills.stepsMax), otherwise: 10))
        let pause = Int(try call.params.number("sleepMs", in: 0...600_000, otherwise: 0))
        guard WitnessFolder.isName(witness) else {
            throw .badParameters("witness", "witness must be letters, digits, - and _")
        }
        var done = 0
        while done < count {
            let size = min(500, count - done)
            do {
                let requests = try (0..<size).map { index in
                    let input = StepsInput(
                        witness: witness,
                        number: first + done + index,
                        steps: steps,
                        sleepMs: pause
                    )
                    return try WorkflowStart(self.steps, input).request
                }
                _ = try await desk.queue.enqueue(contentsOf: requests)
            } catch let error as StoreError {
                throw JSONRPCError(error)
            } catch {
                throw .failedInside("\(error)")
            }
            done += size
            call.progress(["started": .int(Int64(done))])
        }
        return ["started": .int(Int64(done))]
    }
}

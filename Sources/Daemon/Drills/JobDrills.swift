import BusZeroMQ
import JSON
import Jobs
import Store

/// Jobs that leave a trace outside of the database, so that a running station can prove what becomes of jobs.
struct JobDrills: Sendable {
    let witnesses: WitnessFolder
    let killSwitch = KillSwitch()

    /// What this daemon runs for drills.
    var handlers: [JobHandler] {
        [
            JobHandler(DrillWitness.self, timeout: .seconds(600), retry: RetryPolicy(base: .milliseconds(200))) {
                [witnesses] job, context in
                let line = "\(job.number) \(context.id) \(context.attempt) \(context.leaseEpoch) \(witnesses.processID)"
                try witnesses.append("begin \(line)", to: job.witness)
                if let pause = job.sleepMs, pause > 0 { try await ContinuousClock().sleep(for: .milliseconds(pause)) }
                switch job.outcome ?? .done {
                case .done: break
                case .transient: throw JobError(.transient, "drill: transient")
                case .permanent: throw JobError(.permanent, "drill: permanent")
                case .throttled: throw JobError(.throttled(retryAfter: .seconds(1)), "drill: throttled")
                // The point is an end like that of a real bug: unannounced.
                case .trap: fatalError("drill: trap in a job")
                }
                try witnesses.append("end \(line)", to: job.witness)
                return NoResult()
            }
        ]
    }

    var probes: JobDesk.Probes {
        JobDesk.Probes(
            jobs: JobProbe { [killSwitch] moment, job in
                if job.kind == DrillWitness.kind { killSwitch.reach(moment.rawValue) }
            },
            workflows: WorkflowProbe { [killSwitch] point in
                switch point {
                case .afterEffect: killSwitch.reach("beforeStepRecord")
                case .afterRecord: killSwitch.reach("afterStepRecord")
                default: break
                }
            },
            schedules: ScheduleProbe { [killSwitch] in killSwitch.reach("cronInsert") }
        )
    }

    // MARK: Orders

    /// `drill.start {kind: "jobs"}`: enqueues many, in batches.
    func enqueue(_ call: ControlCall, _ desk: JobDesk) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("kind", "count", "witness", "sleepMs", "limitKey", "limitMax", "keys", "first")
        let count = Int(try call.params.number("count", in: 1...2_000_000))
        let first = Int(try call.params.number("first", in: 0...2_000_000_000, otherwise: 1))
        let witness = try call.params.text("witness", sizeBytesMax: 64)
        let pause = Int(try call.params.number("sleepMs", in: 0...600_000, otherwise: 0))
        let key = try call.params.optionalText("limitKey", sizeBytesMax: 64)
        let limitMax = Int(try call.params.number("limitMax", in: 1...1_000_000, otherwise: 1))
        let keys = Int(try call.params.number("keys", in: 1...10_000, otherwise: 1))
        guard WitnessFolder.isName(witness) else {
            throw .badParameters("witness", "witness must be letters, digits, - and _")
        }
        var done = 0
        while done < count {
            let size = min(500, count - done)
            do {
                let requests = try (0..<size).map { index throws(StoreError) in
                    let number = first + done + index
                    var request = try JobRequest(
                        DrillWitness(witness: witness, number: number, sleepMs: pause, outcome: nil)
                    )
                    request.attemptMax = 1000
                    if let key {
                        request.limit = JobLimit(key: "\(key)\(number % keys)", runningMax: limitMax)
                    }
                    return request
                }
                _ = try await desk.queue.enqueue(contentsOf: requests)
            } catch let error as StoreError {
                throw JSONRPCError(error)
            } catch {
                throw .failedInside("\(error)")
            }
            done += size
            call.progress(["enqueued": .int(Int64(done))])
        }
        return ["enqueued": .int(Int64(done))]
    }

    /// `drill.start {kind: "killAt"}`: ends the process when a moment comes the n-th time.
    func arm(_ call: ControlCall) throws(JSONRPCError) -> JSONValue {
        try call.params.only("kind", "moment", "after")
        let moment = try call.params.text("moment", sizeBytesMax: 32)
        let after = Int(try call.params.number("after", in: 1...1_000_000, otherwise: 1))
        guard KillSwitch.moments.contains(moment) else {
            throw .badParameters("moment", "moment must be one of \(KillSwitch.moments.joined(separator: ", "))")
        }
        killSwitch.arm(moment, after: after)
        return ["moment": .string(moment), "after": .int(Int64(after))]
    }
}

/// A job that writes down when it begins and when it ends.
struct DrillWitness: Job {
    enum Outcome: String, Codable, Sendable {
        case done
        case transient
        case permanent
        case throttled
        case trap
    }

    static let kind = "drill-witness"
    static let queue: QueueName = "drill"

    let witness: String
    let number: Int
    let sleepMs: Int?
    let outcome: Outcome?
}

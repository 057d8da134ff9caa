import Bus
import BusZeroMQ
import Domain
import JSON
import Jobs
import Store

/// `jobs.*`: single jobs.
struct JobMethods {
    let desk: JobDesk

    private var queue: JobQueue { desk.queue }

    var all: [ControlMethod] {
        [
            .reading("jobs.list") { call throws(JSONRPCError) in try await list(call.params) },
            .reading("jobs.show") { call throws(JSONRPCError) in
                try call.params.only("id")
                return try await show(try call.params.id())
            },
            .changing("jobs.enqueue", role: .operator) { call throws(JSONRPCError) in try await enqueue(call.params) },
            .changing("jobs.retry", role: .operator) { call throws(JSONRPCError) in
                try call.params.only("id")
                return try await retry(try call.params.id())
            },
            .changing("jobs.cancel", role: .operator) { call throws(JSONRPCError) in
                try call.params.only("id")
                return try await cancel(try call.params.id())
            },
        ]
    }

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("queue", "state", "kind", "before", "limit")
        var state: JobState?
        if let text = try params.optionalText("state", sizeBytesMax: 32) {
            guard let known = JobState(rawValue: text) else {
                let states = JobState.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badParameters("state", "state must be one of \(states)")
            }
            state = known
        }
        let (queueName, kind) = (try params.queueName(), try params.optionalText("kind", sizeBytesMax: 200))
        let before = try params.optionalID("before")
        let limit = Int(try params.number("limit", in: 1...1000, otherwise: 50))
        let queue = queue
        let jobs = try await answering { () throws(StoreError) in
            try await queue.jobs(queue: queueName?.text, state: state, kind: kind, before: before, limit: limit)
        }
        return ["jobs": .array(jobs.map { .object(JobMethods.summary($0)) })]
    }

    private func show(_ id: UUIDv7) async throws(JSONRPCError) -> JSONValue {
        let job = try await find(id)
        var members = JobMethods.summary(job)
        members["payload"] = JSONValue(text: job.payload)
        if let result = job.result { members["result"] = JSONValue(text: result) }
        members["errors"] = .array(
            job.errors.map { error in
                [
                    "at": .string(error.at.description), "attempt": .int(Int64(error.attempt)),
                    "message": .string(error.message),
                ]
            }
        )
        return .object(members)
    }

    private func enqueue(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only(
            "kind",
            "payload",
            "queue",
            "delaySeconds",
            "uniqueKey",
            "priority",
            "limitKey",
            "limitMax",
            "attemptMax"
        )
        let kind = try params.text("kind", sizeBytesMax: 200)
        guard let home = desk.queue(of: kind) else {
            let known = desk.kinds.isEmpty ? "none" : desk.kinds.joined(separator: ", ")
            throw .badParameters("kind", "no job is of kind \(kind); there are \(known)")
        }
        let payload = try params.object("payload")
        var request = JobRequest(
            queue: try params.queueName() ?? home,
            kind: kind,
            payload: String(decoding: payload.bytes, as: UTF8.self)
        )
        request.delay = .seconds(try params.number("delaySeconds", in: 0...31_622_400, otherwise: 0))
        request.uniqueKey = try params.optionalText("uniqueKey", sizeBytesMax: JobRequest.keyBytesMax)
        request.priority = Int(try params.number("priority", in: 0...9, otherwise: 4))
        request.attemptMax = Int(try params.number("attemptMax", in: 1...1000, otherwise: 3))
        if let key = try params.optionalText("limitKey", sizeBytesMax: JobRequest.keyBytesMax) {
            let most = Int(try params.number("limitMax", in: 1...1_000_000, otherwise: 1))
            request.limit = JobLimit(key: key, runningMax: most)
        }
        let (queue, made) = (queue, request)
        let enqueued = try await answering { () throws(StoreError) in try await queue.enqueue(made) }
        return ["id": .string(enqueued.id.description), "isNew": .bool(enqueued.isNew)]
    }

    private func retry(_ id: UUIDv7) async throws(JSONRPCError) -> JSONValue {
        let job = try await find(id)
        let isMoved: Bool
        do throws(StoreError) {
            isMoved = try await queue.retry(id)
        } catch {
            guard error.code == .constraint else { throw JSONRPCError(error) }
            throw .refused("another unfinished job has the unique key \(job.uniqueKey ?? "")")
        }
        guard isMoved else { throw .refused("job \(id) is \(job.state.rawValue) and cannot be started over") }
        return try await show(id)
    }

    private func cancel(_ id: UUIDv7) async throws(JSONRPCError) -> JSONValue {
        let job = try await find(id)
        guard desk.workflow(job.kind) == nil else {
            // It has to undo what it has done.
            throw .refused("job \(id) is a run of the workflow \(job.kind): use workflows cancel")
        }
        let queue = queue
        guard try await answering({ () throws(StoreError) in try await queue.cancel(id) }) != nil else {
            throw .refused("job \(id) is \(job.state.rawValue) already")
        }
        return try await show(id)
    }

    private func find(_ id: UUIDv7) async throws(JSONRPCError) -> JobRecord {
        let queue = queue
        guard let job = try await answering({ () throws(StoreError) in try await queue.job(id) }) else {
            throw .notFound("there is no job \(id)")
        }
        return job
    }

    /// What lists show of a job.
    private static func summary(_ job: JobRecord) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "id": .string(job.id.description), "queue": .string(job.queue), "kind": .string(job.kind),
            "state": .string(job.state.rawValue), "priority": .int(Int64(job.priority)),
            "attempt": .int(Int64(job.attempt)), "attemptMax": .int(Int64(job.attemptMax)),
            "insertedAt": .string(job.insertedAt.description), "cancelRequested": .bool(job.isCancelRequested),
        ]
        // One that sleeps without an end has no time.
        if job.runAt.nanoseconds < .max { members["runAt"] = .string(job.runAt.description) }
        let optional: [(String, String?)] = [
            ("attemptedAt", job.attemptedAt?.description), ("finishedAt", job.finishedAt?.description),
            ("worker", job.worker?.description), ("leaseUntil", job.leaseUntil?.description),
            ("uniqueKey", job.uniqueKey), ("limitKey", job.limitKey), ("parent", job.parent?.description),
            ("error", job.errors.last?.message),
        ]
        for (name, value) in optional { if let value { members[name] = .string(value) } }
        return members
    }
}

/// Asks the store for a control method.
///
/// - Throws: `JSONRPCError`.
func answering<Value>(
    _ body: () async throws(StoreError) -> Value
) async throws(JSONRPCError) -> Value {
    do throws(StoreError) {
        return try await body()
    } catch {
        throw JSONRPCError(error)
    }
}

extension JSONValue {
    /// Stored JSON as a value; as a text when it is no JSON after all.
    init(text: String) {
        do {
            self = try JSONValue(parsing: Array(text.utf8))
        } catch {
            self = .string(text)
        }
    }
}

extension ControlParameters {
    func id(_ name: String = "id") throws(JSONRPCError) -> UUIDv7 {
        guard let id = try optionalID(name) else { throw .badParameters(name, "\(name) is missing") }
        return id
    }

    func optionalID(_ name: String) throws(JSONRPCError) -> UUIDv7? {
        guard let text = try optionalText(name, sizeBytesMax: 64) else { return nil }
        guard let id = UUIDv7(text) else { throw .badParameters(name, "\(name) must be an id with four hyphens") }
        return id
    }

    func queueName(_ name: String = "queue") throws(JSONRPCError) -> QueueName? {
        guard let text = try optionalText(name, sizeBytesMax: 200) else { return nil }
        guard let queue = QueueName(text) else {
            throw .badParameters(
                name,
                "\(name) must be lower-case letters, digits, - and _, at most \(QueueName.bytesMax) bytes"
            )
        }
        return queue
    }
}

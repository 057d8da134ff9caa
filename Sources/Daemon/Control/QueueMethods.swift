import Bus
import BusZeroMQ
import JSON
import Jobs
import Store

/// `queues.*` and `workers.list`: queues as a whole, and who works on them.
struct QueueMethods {
    let desk: JobDesk

    private var queue: JobQueue { desk.queue }

    var all: [ControlMethod] {
        [
            .reading("queues.list") { call throws(JSONRPCError) in
                try call.params.only()
                return try await list()
            },
            .reading("workers.list") { call throws(JSONRPCError) in
                try call.params.only()
                return try await workers()
            },
            .changing("queues.pause", role: .operator) { call throws(JSONRPCError) in
                let (queue, name) = (queue, try await known(call.params))
                try await answering { () throws(StoreError) in try await queue.pause(name, by: call.caller.name) }
                return ["queue": .string(name.text), "paused": true]
            },
            .changing("queues.resume", role: .operator) { call throws(JSONRPCError) in
                let (queue, name) = (queue, try await known(call.params))
                try await answering { () throws(StoreError) in try await queue.resume(name) }
                return ["queue": .string(name.text), "paused": false]
            },
            .changing("queues.requeue", role: .operator) { call throws(JSONRPCError) in
                let (queue, name) = (queue, try await known(call.params))
                let count = try await answering { () throws(StoreError) in try await queue.requeueDiscarded(name) }
                return ["queue": .string(name.text), "requeued": .int(Int64(count))]
            },
        ]
    }

    /// The queue named, which must be one that somebody works on or that has jobs: a misspelt one is not paused.
    private func known(_ params: ControlParameters) async throws(JSONRPCError) -> QueueName {
        try params.only("queue")
        guard let name = try params.queueName() else { throw .badParameters("queue", "queue is missing") }
        let names = Set(try await counts().map(\.queue))
        guard names.contains(name.text) else {
            throw .notFound("there is no queue \(name); there are \(names.sorted().joined(separator: ", "))")
        }
        return name
    }

    /// The counts of all queues: those with jobs, and those that this daemon works on.
    private func counts() async throws(JSONRPCError) -> [QueueCounts] {
        let queue = queue
        let counts = try await answering { () throws(StoreError) in try await queue.counts() }
        let present = Set(counts.map(\.queue))
        let empty = desk.lanes.map(\.queue.text).filter { !present.contains($0) }.map { QueueCounts(queue: $0) }
        return (counts + empty).sorted { $0.queue < $1.queue }
    }

    private func list() async throws(JSONRPCError) -> JSONValue {
        let slots = Dictionary(desk.lanes.map { ($0.queue.text, $0.slots) }, uniquingKeysWith: max)
        let rows = try await counts().map { count -> JSONValue in
            var members: [String: JSONValue] = [
                "queue": .string(count.queue), "scheduled": .int(Int64(count.scheduled)),
                "available": .int(Int64(count.available)), "running": .int(Int64(count.running)),
                "retryable": .int(Int64(count.retryable)), "discarded": .int(Int64(count.discarded)),
                "slots": .int(Int64(slots[count.queue] ?? 0)),
            ]
            if let at = count.pausedAt { members["pausedAt"] = .string(at.description) }
            if let by = count.pausedBy { members["pausedBy"] = .string(by) }
            return .object(members)
        }
        return ["queues": .array(rows)]
    }

    private func workers() async throws(JSONRPCError) -> JSONValue {
        let queue = queue
        let workers = try await answering { () throws(StoreError) in try await queue.workers() }
        let leaders = try await answering { () throws(StoreError) in try await queue.leaders() }
        return [
            "answering": .string(desk.worker.description),
            "workers": .array(
                workers.map { worker in
                    [
                        "id": .string(worker.id.description), "host": .string(worker.host),
                        "runs": .array(worker.runs.map(JSONValue.string)), "running": .int(Int64(worker.running)),
                        "startedAt": .string(worker.startedAt.description),
                        "seenAt": .string(worker.seenAt.description),
                    ]
                }
            ),
            "leaders": .array(
                leaders.map { leader in
                    [
                        "name": .string(leader.lease.name), "holder": .string(leader.lease.holder.description),
                        "term": .int(leader.lease.term), "heldUntil": .string(leader.heldUntil.description),
                    ]
                }
            ),
        ]
    }
}

import Bus
import BusZeroMQ
import JSON
import Jobs
import Store

/// `messages.*`: the queues that outside programs send to.
struct MessageMethods {
    let queues: MessageQueues

    var all: [ControlMethod] {
        [
            .reading("messages.list") { call throws(JSONRPCError) in
                try call.params.only()
                return try await list()
            },
            .changing("messages.send", role: .operator) { call throws(JSONRPCError) in try await send(call.params) },
            .reading("messages.dead") { call throws(JSONRPCError) in try await dead(call.params) },
            .changing("messages.revive", role: .operator) { call throws(JSONRPCError) in
                try await revive(call.params)
            },
            .changing("messages.purge", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("queue")
                let (queues, name) = (queues, try named(call.params))
                let count = try await answering { () throws(StoreError) in try await queues.purge(name) }
                return ["queue": .string(name.text), "purged": .int(Int64(count))]
            },
        ]
    }

    private func named(_ params: ControlParameters) throws(JSONRPCError) -> QueueName {
        guard let name = try params.queueName() else { throw .badParameters("queue", "queue is missing") }
        return name
    }

    private func list() async throws(JSONRPCError) -> JSONValue {
        let queues = queues
        let metrics = try await answering { () throws(StoreError) in try await queues.metrics() }
        return [
            "queues": .array(
                metrics.map { queue in
                    var members: [String: JSONValue] = [
                        "queue": .string(queue.queue), "length": .int(queue.length),
                        "visible": .int(queue.visibleLength), "sent": .int(queue.sentCount),
                    ]
                    if let age = queue.oldestAgeSeconds { members["oldestAgeSeconds"] = .int(Int64(age)) }
                    return .object(members)
                }
            )
        ]
    }

    private func send(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("queue", "body", "delaySeconds")
        let (queues, name) = (queues, try named(params))
        let body = String(decoding: try params.object("body").bytes, as: UTF8.self)
        let delay = Int(try params.number("delaySeconds", in: 0...31_622_400, otherwise: 0))
        let id = try await answering { () throws(StoreError) in
            try await queues.send(OutgoingMessage(body), to: name, delaySeconds: delay)
        }
        return ["queue": .string(name.text), "id": .int(id)]
    }

    private func dead(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("queue", "after", "limit")
        let (queues, name) = (queues, try named(params))
        let after = try params.number("after", in: 0...Int64.max, otherwise: 0)
        let limit = Int(try params.number("limit", in: 1...1000, otherwise: 100))
        let letters = try await answering { () throws(StoreError) in
            try await queues.deadLetters(in: name, after: after, limit: limit)
        }
        return [
            "messages": .array(
                letters.map { letter in
                    [
                        "id": .int(letter.id), "reads": .int(Int64(letter.readCount)),
                        "enqueuedAt": .string(letter.enqueuedAt.description),
                        "archivedAt": .string(letter.archivedAt.description), "reason": .string(letter.reason),
                        "body": JSONValue(text: letter.body),
                    ]
                }
            )
        ]
    }

    private func revive(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("queue", "ids")
        let (queues, name) = (queues, try named(params))
        let ids = try params.list("ids", count: 1...1000).compactMap(\.int)
        let revived = try await answering { () throws(StoreError) in try await queues.revive(ids, in: name) }
        return ["queue": .string(name.text), "revived": .array(revived.map(JSONValue.int))]
    }
}

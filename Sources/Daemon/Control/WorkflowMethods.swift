import Bus
import BusZeroMQ
import JSON
import Jobs
import Store

/// `workflows.*`: runs of workflows, and the decisions they wait for.
struct WorkflowMethods {
    let desk: JobDesk

    private var client: WorkflowClient { desk.workflows }

    var all: [ControlMethod] {
        [
            .reading("workflows.list") { call throws(JSONRPCError) in try await list(call.params) },
            .reading("workflows.show") { call throws(JSONRPCError) in
                try call.params.only("id")
                return try await show(try call.params.id())
            },
            .reading("workflows.approvals") { call throws(JSONRPCError) in
                try call.params.only()
                let client = client
                let open = try await answering { () throws(StoreError) in try await client.openApprovals() }
                return ["approvals": try JSONValue.list(open)]
            },
            .changing("workflows.start", role: .operator) { call throws(JSONRPCError) in try await start(call.params) },
            .changing("workflows.cancel", role: .operator) { call throws(JSONRPCError) in
                try call.params.only("id")
                let (client, id) = (client, try call.params.id())
                let isAsked = try await speaking { try await client.cancel(id, by: call.caller.name) }
                guard isAsked else { throw .refused("workflow run \(id) has ended") }
                return ["id": .string(id.description), "cancelling": true]
            },
            .changing("workflows.signal", role: .operator) { call throws(JSONRPCError) in
                try await signal(call.params)
            },
            .changing("workflows.decide", role: .operator) { call throws(JSONRPCError) in try await decide(call) },
        ]
    }

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("state", "name", "limit")
        var state: RunState?
        if let text = try params.optionalText("state", sizeBytesMax: 32) {
            guard let known = RunState(rawValue: text) else {
                let states = RunState.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badParameters("state", "state must be one of \(states)")
            }
            state = known
        }
        let (client, name) = (client, try params.optionalText("name", sizeBytesMax: 64))
        let limit = Int(try params.number("limit", in: 1...1000, otherwise: 50))
        let runs = try await answering { () throws(StoreError) in
            try await client.runs(of: name, in: state, limit: limit)
        }
        return ["runs": try JSONValue.list(runs)]
    }

    private func show(_ id: UUIDv7) async throws(JSONRPCError) -> JSONValue {
        let client = client
        let report = try await speaking { try await client.show(id) }
        do {
            return try JSONValue(encoding: report)
        } catch {
            throw .failedInside("\(error)")
        }
    }

    private func start(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("name", "input", "id", "uniqueKey")
        let name = try params.text("name", sizeBytesMax: 64)
        guard let definition = desk.workflow(name) else {
            let known = desk.workflowNames.isEmpty ? "none" : desk.workflowNames.joined(separator: ", ")
            throw .badParameters("name", "no workflow is called \(name); there are \(known)")
        }
        let input = String(decoding: try params.object("input").bytes, as: UTF8.self)
        let start: WorkflowStart
        do {
            start = try WorkflowStart(
                definition,
                input: input,
                id: try params.optionalID("id"),
                uniqueKey: try params.optionalText("uniqueKey", sizeBytesMax: JobRequest.keyBytesMax)
            )
        } catch let error as JSONRPCError {
            throw error
        } catch {
            throw .badParameters("input", "\(error)")
        }
        let client = client
        let enqueued = try await answering { () throws(StoreError) in try await client.start(start) }
        return ["id": .string(enqueued.id.description), "isNew": .bool(enqueued.isNew)]
    }

    private func signal(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("id", "name", "payload", "messageId")
        let (client, id) = (client, try params.id())
        let name = try params.text("name", sizeBytesMax: 64)
        let message = try params.text("messageId", sizeBytesMax: 200)
        let payload = String(decoding: try params.object("payload").bytes, as: UTF8.self)
        let receipt = try await speaking { try await client.signal(id, name, json: payload, messageID: message) }
        return ["id": .string(id.description), "accepted": .bool(receipt == .accepted)]
    }

    private func decide(_ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        let params = call.params
        try params.only("id", "subject", "decision", "hash", "note")
        let (client, id) = (client, try params.id())
        let verdict: WorkflowClient.Verdict
        switch try params.text("decision", sizeBytesMax: 16) {
        case "approve": verdict = .approved
        case "reject": verdict = .rejected
        default: throw .badParameters("decision", "decision must be approve or reject")
        }
        let subject = try params.text("subject", sizeBytesMax: 200)
        let (hash, note) = (try params.text("hash", sizeBytesMax: 128), try params.optionalText("note"))
        try await speaking {
            try await client.decide(id, subject, verdict, by: call.caller.name, contentHash: hash, note: note)
        }
        return ["id": .string(id.description), "subject": .string(subject), "decision": .string(verdict.rawValue)]
    }
}

/// Speaks to workflow runs for a control method.
///
/// - Throws: `JSONRPCError`.
private func speaking<Value>(_ body: () async throws -> Value) async throws(JSONRPCError) -> Value {
    do {
        return try await body()
    } catch let error as WorkflowError {
        if case .unknownRun = error { throw .notFound(error.description) }
        throw .refused(error.description)
    } catch let error as StoreError {
        throw JSONRPCError(error)
    } catch let error as FlowValueError {
        throw .badParameters("payload", error.description)
    } catch {
        throw .failedInside("\(error)")
    }
}

extension JSONValue {
    fileprivate static func list(_ values: [some Encodable]) throws(JSONRPCError) -> JSONValue {
        do {
            return .array(try values.map { try JSONValue(encoding: $0) })
        } catch {
            throw .failedInside("\(error)")
        }
    }
}

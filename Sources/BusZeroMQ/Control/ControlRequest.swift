package import JSON

/// One request to the control endpoint, with who sent it.
package struct ControlRequest: Sendable {
    /// The JSON-RPC id, chosen by the caller.
    package let id: JSONValue
    package let method: String
    package let params: [String: JSONValue]
    package let caller: ControlCaller
    /// Tells the caller how far the request has got; left out while many answers wait to be sent.
    package let progress: @Sendable (_ fields: [String: JSONValue]) -> Void

    package init(
        id: JSONValue,
        method: String,
        params: [String: JSONValue],
        caller: ControlCaller,
        progress: @escaping @Sendable ([String: JSONValue]) -> Void = { _ in }
    ) {
        self.id = id
        self.method = method
        self.params = params
        self.caller = caller
        self.progress = progress
    }
}

/// Who sent a control request, as far as the transport can tell.
package struct ControlCaller: Hashable, Sendable {
    /// The CURVE key's name; `ipc` for local callers, `tcp` for callers of a loopback endpoint without CURVE.
    package let name: String
    package let role: ControlRole
    /// Prefixes of the full topics it may publish; the empty one stands for all.
    package let publishPrefixes: [String]
    /// The name of the endpoint it came through, `control` or `control-tcp`.
    package let endpoint: String

    package init(name: String, role: ControlRole, publishPrefixes: [String], endpoint: String) {
        self.name = name
        self.role = role
        self.publishPrefixes = publishPrefixes
        self.endpoint = endpoint
    }
}

/// What a control request ends in.
package enum ControlReply: Hashable, Sendable {
    /// The result, as JSON text.
    case result([UInt8])
    case failure(JSONRPCError)

    package static func result(_ value: JSONValue) -> ControlReply { .result(value.bytes) }

    func bytes(answering id: JSONValue) -> [UInt8] {
        switch self {
        case .result(let json): JSONRPC.answer(id, result: json)
        case .failure(let error): JSONRPC.answer(error.answering(id))
        }
    }
}

/// Answers one control request, on the concurrency pool, several at a time.
package typealias ControlHandler = @Sendable (ControlRequest) async -> ControlReply

/// The connection that a request came through and its answer goes back to.
struct ControlRoute: Hashable, Sendable {
    /// Which of the edge's sockets.
    let socket: Int
    /// The routing id that libzmq, or the caller, chose for the connection.
    let identity: [UInt8]
    /// Whether an empty frame stood before the request, and so has to stand before the answer.
    let hasDelimiter: Bool
}

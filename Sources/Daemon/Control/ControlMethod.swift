import BusZeroMQ
import JSON

/// One control method: who may call it, whether it changes anything, and what it does.
struct ControlMethod: Sendable {
    typealias Body = @Sendable (ControlCall) async throws(JSONRPCError) -> [UInt8]

    let name: String
    let role: ControlRole
    /// Calls of such a method are written to the audit log.
    let isMutating: Bool
    let body: Body

    /// A method whose result is built as a value.
    static func reading(
        _ name: String,
        role: ControlRole = .viewer,
        _ body: @escaping @Sendable (ControlCall) async throws(JSONRPCError) -> JSONValue
    ) -> ControlMethod {
        ControlMethod(name: name, role: role, isMutating: false) { call throws(JSONRPCError) in
            try await body(call).bytes
        }
    }

    /// A method that changes something.
    static func changing(
        _ name: String,
        role: ControlRole,
        _ body: @escaping @Sendable (ControlCall) async throws(JSONRPCError) -> JSONValue
    ) -> ControlMethod {
        ControlMethod(name: name, role: role, isMutating: true) { call throws(JSONRPCError) in
            try await body(call).bytes
        }
    }

    init(name: String, role: ControlRole, isMutating: Bool, body: @escaping Body) {
        self.name = name
        self.role = role
        self.isMutating = isMutating
        self.body = body
    }
}

/// One call of a control method.
struct ControlCall: Sendable {
    let method: String
    let params: ControlParameters
    let caller: ControlCaller
    let progress: @Sendable ([String: JSONValue]) -> Void
}

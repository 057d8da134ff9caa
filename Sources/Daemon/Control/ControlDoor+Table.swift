import API
import BusZeroMQ
import Domain
import Identity
import JSON

extension ControlDoor {
    /// The same table that the ZeroMQ endpoint asks, for callers by HTTP.
    init(_ table: ControlTable) {
        self.init(
            methods: table.methods.values.map {
                Method(name: $0.name, role: Role($0.role), isMutating: $0.isMutating)
            }
        ) { principal, method, parameters throws(APIError) in
            let reply = await table.answer(
                ControlRequest(
                    id: .null,
                    method: method,
                    params: parameters,
                    caller: ControlCaller(principal)
                )
            )
            switch reply {
            case .result(let json): return json
            case .failure(let error): throw APIError(error)
            }
        }
    }
}

extension ControlCaller {
    /// Somebody who came by HTTP; who publishes for other programs does so over ZeroMQ, by the key's own list.
    init(_ principal: Principal) {
        let role: ControlRole =
            switch principal.role {
            case .viewer, .client: .viewer
            case .operator: .operator
            case .admin: .admin
            }
        self.init(name: principal.email, role: role, publishPrefixes: [], endpoint: "http")
    }
}

extension Role {
    init(_ role: ControlRole) {
        switch role {
        case .viewer: self = .viewer
        case .operator: self = .operator
        case .admin: self = .admin
        }
    }
}

extension APIError {
    /// What a control method ended in, in the words of HTTP.
    init(_ error: JSONRPCError) {
        switch error.code {
        case -32601, -32003: self.init(.notFound, error.message)
        case -32602:
            self.init(faults: [InputFault(field: error.data["field"]?.string ?? "body", message: error.message)])
        case -32001: self.init(.forbidden, error.message)
        case -32002, -32005: self.init(.unavailable, error.message)
        case -32004:
            self.init(.conflict, error.message)
            faults = (error.data["problems"]?.array ?? []).compactMap { problem in
                problem.string.map { InputFault(field: "", message: $0) }
            }
        case -32006: self.init(.conflict, "\(error.message); the oldest is \(error.data["oldest"]?.int ?? 0)")
        case JSONRPCError.doneWithoutAudit.code: self.init(.internalError, "\(error.message); do not ask again")
        default: self.init(.internalError, "The method failed inside. The request's id helps to find out why.")
        }
    }
}

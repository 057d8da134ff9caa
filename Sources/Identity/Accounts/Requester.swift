import Domain

/// Who asks for a change, as the audit log names them.
package struct Requester: Hashable, Sendable {
    package let caller: String
    package let role: String
    package let address: String?

    /// Somebody outside HTTP: an operator's key.
    package init(caller: String, role: String, address: String? = nil) {
        self.caller = caller
        self.role = role
        self.address = address
    }

    package init(_ principal: Principal, from origin: RequestOrigin) {
        self.init(caller: principal.email, role: principal.role.rawValue, address: origin.address)
    }

    /// Somebody who has not proven who they are.
    static func anonymous(_ origin: RequestOrigin) -> Requester {
        Requester(caller: "anonymous", role: "none", address: origin.address)
    }
}

package import Domain
package import Identity
package import JSON

/// The operators' control methods, as far as HTTP may use them.
///
/// What stands behind it is the one table of methods that other transports use too, with the same roles and the same
/// audit: nothing is possible here that is refused there.
package struct ControlDoor: Sendable {
    package struct Method: Codable, Hashable, Sendable {
        package let name: String
        /// The least role that may call it.
        package let role: Role
        /// Whether it changes something, and is audited.
        package let isMutating: Bool

        enum CodingKeys: String, CodingKey {
            case name, role
            case isMutating = "is_mutating"
        }

        package init(name: String, role: Role, isMutating: Bool) {
            self.name = name
            self.role = role
            self.isMutating = isMutating
        }
    }

    /// Calls a method; its result, as JSON text.
    package typealias Caller =
        @Sendable (_ caller: Principal, _ method: String, _ parameters: [String: JSONValue]) async throws(APIError) ->
        [UInt8]

    /// In the order of their names.
    package let methods: [Method]
    private let caller: Caller

    package init(methods: [Method], caller: @escaping Caller) {
        self.methods = methods.sorted { $0.name < $1.name }
        self.caller = caller
    }

    /// - Throws: `APIError`: `.notFound` for a method that does not exist, `.forbidden` for one that needs a higher role,
    ///   and what the method itself ends in.
    package func call(
        _ method: String,
        _ parameters: [String: JSONValue] = [:],
        as principal: Principal
    ) async throws(APIError) -> [UInt8] {
        guard principal.has(.control) else {
            throw APIError(.forbidden, "This credential may not be used here: the scope control is missing.")
        }
        return try await caller(principal, method, parameters)
    }
}

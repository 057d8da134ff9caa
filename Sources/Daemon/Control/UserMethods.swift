import Bus
import BusZeroMQ
import Domain
import Identity
import JSON
import Store

/// `users.*` and `identity.*`: who may use the station, for administrators.
struct UserMethods {
    let identity: StationIdentity

    private var desk: IdentityDesk { identity.desk }

    var all: [ControlMethod] {
        [
            .reading("users.list", role: .admin) { call throws(JSONRPCError) in try await list(call.params) },
            .reading("users.show", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("user")
                return Self.value(try await user(call.params))
            },
            .reading("users.sessions", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("user")
                let (desk, user) = (desk, try await user(call.params))
                let sessions = try await asking { () throws(IdentityError) in try await desk.sessions(of: user.id) }
                return ["sessions": .array(sessions.map(Self.value))]
            },
            .changing("users.add", role: .admin) { call throws(JSONRPCError) in try await add(call) },
            .changing("users.set_role", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("user", "role")
                return try await change(call, UserChange(role: try Self.role(call.params)))
            },
            .changing("users.set_tier", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("user", "tier")
                return try await change(call, UserChange(tier: try Self.tier(call.params)))
            },
            .changing("users.disable", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("user")
                return try await change(call, UserChange(isDisabled: true))
            },
            .changing("users.enable", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("user")
                return try await change(call, UserChange(isDisabled: false))
            },
            .changing("users.reset_password", role: .admin) { call throws(JSONRPCError) in
                try await resetPassword(call)
            },
            .changing("users.revoke_sessions", role: .admin) { call throws(JSONRPCError) in
                try call.params.only("user")
                let (desk, user, requester) = (desk, try await user(call.params), Requester(call.caller))
                let count = try await asking { () throws(IdentityError) in
                    try await desk.revokeSessions(of: user.id, by: requester)
                }
                return ["user": .string(user.email), "revoked": .int(Int64(count))]
            },
            .changing("identity.rotate_keys", role: .admin) { call throws(JSONRPCError) in
                try call.params.only()
                return try await rotateKeys()
            },
        ]
    }

    // MARK: Reading

    private func list(_ params: ControlParameters) async throws(JSONRPCError) -> JSONValue {
        try params.only("after", "limit")
        var after: UUIDv7?
        if let text = try params.optionalText("after", sizeBytesMax: 64) {
            guard let id = UUIDv7(text) else { throw .badParameters("after", "after must be the id of a user") }
            after = id
        }
        let limit = Int(try params.number("limit", in: 1...1000, otherwise: 200))
        let (desk, last) = (desk, after)
        let users = try await asking { () throws(IdentityError) in try await desk.users(after: last, limit: limit) }
        return ["users": .array(users.map(Self.value))]
    }

    /// The account that is meant: by its email or its id.
    private func user(_ params: ControlParameters) async throws(JSONRPCError) -> UserAccount {
        let (desk, text) = (desk, try params.text("user", sizeBytesMax: 254))
        return try await asking { () throws(IdentityError) in
            if let id = UUIDv7(text) { return try await desk.user(id) }
            return try await desk.user(email: text)
        }
    }

    // MARK: Changing

    private func add(_ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("email", "password", "name", "role", "tier")
        var registration = Registration(
            email: try call.params.text("email", sizeBytesMax: 254),
            password: try call.params.text("password"),
            displayName: try call.params.optionalText("name", sizeBytesMax: 400)
        )
        if try call.params.optionalText("role") != nil { registration.role = try Self.role(call.params) }
        if try call.params.optionalText("tier") != nil { registration.tier = try Self.tier(call.params) }
        let (desk, wanted, requester) = (desk, registration, Requester(call.caller))
        return Self.value(
            try await asking { () throws(IdentityError) in try await desk.add(wanted, by: requester) }
        )
    }

    private func change(_ call: ControlCall, _ change: UserChange) async throws(JSONRPCError) -> JSONValue {
        let (desk, user, requester) = (desk, try await user(call.params), Requester(call.caller))
        return Self.value(
            try await asking { () throws(IdentityError) in try await desk.change(user.id, change, by: requester) }
        )
    }

    private func resetPassword(_ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("user", "password")
        let password = try call.params.text("password")
        let (desk, user, requester) = (desk, try await user(call.params), Requester(call.caller))
        try await asking { () throws(IdentityError) in
            try await desk.resetPassword(of: user.id, to: password, by: requester)
        }
        return ["user": .string(user.email), "changed": true]
    }

    private func rotateKeys() async throws(JSONRPCError) -> JSONValue {
        do {
            try await identity.rotateKeys()
        } catch let error as TokenKeyError {
            throw .refused(error.text)
        } catch let error as IdentityError {
            throw JSONRPCError(error)
        } catch {
            throw .failedInside("\(error)")
        }
        return ["rotated": true]
    }

    // MARK: Values

    private static func role(_ params: ControlParameters) throws(JSONRPCError) -> Role {
        guard let role = Role(named: try params.text("role", sizeBytesMax: 16)) else {
            throw .badParameters("role", "role must be one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return role
    }

    private static func tier(_ params: ControlParameters) throws(JSONRPCError) -> Tier {
        guard let tier = Tier(rawValue: try params.text("tier", sizeBytesMax: 16)) else {
            throw .badParameters("tier", "tier must be one of \(Tier.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return tier
    }

    private static func value(_ user: UserAccount) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(user.id.description), "email": .string(user.email), "name": .string(user.displayName),
            "role": .string(user.role.rawValue), "tier": .string(user.tier.rawValue),
            "createdAt": .string(user.createdAt.description),
        ]
        if let time = user.disabledAt { members["disabledAt"] = .string(time.description) }
        if let time = user.lockedUntil { members["lockedUntil"] = .string(time.description) }
        return .object(members)
    }

    private static func value(_ session: UserSession) -> JSONValue {
        [
            "id": .string(session.id.description), "kind": .string(session.kind.rawValue),
            "address": .string(session.address), "userAgent": .string(session.userAgent),
            "createdAt": .string(session.createdAt.description), "lastUsedAt": .string(session.lastUsedAt.description),
            "expiresAt": .string(session.expiresAt.description),
        ]
    }
}

extension Requester {
    init(_ caller: ControlCaller) { self.init(caller: caller.name, role: caller.role.rawValue) }
}

/// Asks the desk for a control method.
///
/// - Throws: `JSONRPCError`, which names the field that is wrong.
private func asking<Value>(
    _ body: () async throws(IdentityError) -> Value
) async throws(JSONRPCError) -> Value {
    do throws(IdentityError) {
        return try await body()
    } catch {
        throw JSONRPCError(error)
    }
}

extension JSONRPCError {
    init(_ error: IdentityError) {
        switch error.code {
        case .invalid: self = .badParameters(error.field ?? "user", error.message)
        case .notFound: self = .notFound(error.message)
        case .busy: self = .busy
        case .store: self = .unavailable(error.message)
        case .failed: self = .failedInside(error.message)
        default: self = .refused(error.message)
        }
    }
}

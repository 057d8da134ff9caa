package import Bus
package import Identity

/// What the pages do with accounts; whoever keeps the accounts fulfils it.
package struct ConsoleAccounts: Sendable {
    /// Where a request comes from.
    package struct Origin: Hashable, Sendable {
        package let address: String
        /// What the browser calls itself; of any length.
        package let userAgent: String
    }

    /// Somebody who has just logged in.
    package struct LoggedIn: Sendable {
        /// The cookie's value.
        package let secret: String
        package let person: Principal

        package init(secret: String, person: Principal) {
            self.secret = secret
            self.person = person
        }
    }

    /// Why nobody has been logged in.
    package enum LogInFailure: Error, Hashable, Sendable {
        /// The email or the password is wrong; which one is not said.
        case wrong
        /// Too many wrong passwords: none counts for so many seconds.
        case locked(seconds: Int)
        /// This account has been tried too often, with whatever password.
        case tooOften(seconds: Int)
        case disabled
        /// More log-ins at once than can be looked at.
        case busy
        /// Accounts cannot be read now.
        case unavailable
    }

    /// Somebody logged in somewhere.
    package struct Session: Hashable, Sendable {
        package let id: UUIDv7
        /// How it came to be, such as `browser`.
        package let kind: String
        package let address: String
        package let userAgent: String
        package let createdAt: Timestamp
        package let lastUsedAt: Timestamp
        package let expiresAt: Timestamp

        package init(
            id: UUIDv7,
            kind: String,
            address: String,
            userAgent: String,
            createdAt: Timestamp,
            lastUsedAt: Timestamp,
            expiresAt: Timestamp
        ) {
            self.id = id
            self.kind = kind
            self.address = address
            self.userAgent = userAgent
            self.createdAt = createdAt
            self.lastUsedAt = lastUsedAt
            self.expiresAt = expiresAt
        }
    }

    /// An API key that still holds, without its secret part.
    package struct Key: Hashable, Sendable {
        package let id: UUIDv7
        package let name: String
        /// How it begins.
        package let prefix: String
        package let scopes: Set<Scope>
        package let createdAt: Timestamp
        package let lastUsedAt: Timestamp?
        /// `nil` for one without an end.
        package let expiresAt: Timestamp?

        package init(
            id: UUIDv7,
            name: String,
            prefix: String,
            scopes: Set<Scope>,
            createdAt: Timestamp,
            lastUsedAt: Timestamp?,
            expiresAt: Timestamp?
        ) {
            self.id = id
            self.name = name
            self.prefix = prefix
            self.scopes = scopes
            self.createdAt = createdAt
            self.lastUsedAt = lastUsedAt
            self.expiresAt = expiresAt
        }
    }

    /// A key that somebody wants.
    package struct KeyRequest: Hashable, Sendable {
        package let name: String
        package let scopes: Set<Scope>
        /// `nil` for one without an end.
        package let lifetimeDays: Int?
    }

    package var logIn:
        @Sendable (_ email: String, _ password: String, _ origin: Origin) async throws(LogInFailure) -> LoggedIn
    package var logOut: @Sendable (_ person: Principal, _ origin: Origin) async throws(APIError) -> Void
    package var sessions: @Sendable (_ person: Principal) async throws(APIError) -> [Session]
    package var endSession:
        @Sendable (_ id: UUIDv7, _ person: Principal, _ origin: Origin) async throws(APIError) -> Void
    package var keys: @Sendable (_ person: Principal) async throws(APIError) -> [Key]
    /// Makes a key; its text, which is never seen again.
    package var makeKey:
        @Sendable (_ request: KeyRequest, _ person: Principal, _ origin: Origin) async throws(APIError) -> String
    package var revokeKey:
        @Sendable (_ id: UUIDv7, _ person: Principal, _ origin: Origin) async throws(APIError) -> Void
    package var changePassword:
        @Sendable (_ current: String, _ new: String, _ person: Principal, _ origin: Origin) async throws(APIError) ->
            Void

    package init(
        logIn: @escaping @Sendable (String, String, Origin) async throws(LogInFailure) -> LoggedIn,
        logOut: @escaping @Sendable (Principal, Origin) async throws(APIError) -> Void,
        sessions: @escaping @Sendable (Principal) async throws(APIError) -> [Session],
        endSession: @escaping @Sendable (UUIDv7, Principal, Origin) async throws(APIError) -> Void,
        keys: @escaping @Sendable (Principal) async throws(APIError) -> [Key],
        makeKey: @escaping @Sendable (KeyRequest, Principal, Origin) async throws(APIError) -> String,
        revokeKey: @escaping @Sendable (UUIDv7, Principal, Origin) async throws(APIError) -> Void,
        changePassword: @escaping @Sendable (String, String, Principal, Origin) async throws(APIError) -> Void
    ) {
        self.logIn = logIn
        self.logOut = logOut
        self.sessions = sessions
        self.endSession = endSession
        self.keys = keys
        self.makeKey = makeKey
        self.revokeKey = revokeKey
        self.changePassword = changePassword
    }
}

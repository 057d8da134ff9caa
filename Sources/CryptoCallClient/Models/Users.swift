/// The result of `users.list`.
public struct UserList: Codable, Hashable, Sendable {
    public let users: [UserLine]
}

/// One account.
public struct UserLine: Codable, Hashable, Sendable {
    public let id: String
    public let email: String
    public let name: String
    /// `viewer`, `client`, `operator` or `admin`.
    public let role: String
    /// `free`, `pro` or `enterprise`.
    public let tier: String
    public let createdAt: String
    /// Absent while the account can be used.
    public let disabledAt: String?
    /// Until then no password counts; may have passed.
    public let lockedUntil: String?
}

/// The result of `users.sessions`.
public struct UserSessionList: Codable, Hashable, Sendable {
    public struct Session: Codable, Hashable, Sendable {
        public let id: String
        /// `token` or `browser`.
        public let kind: String
        public let address: String
        public let userAgent: String
        public let createdAt: String
        public let lastUsedAt: String
        public let expiresAt: String
    }

    public let sessions: [Session]
}

/// The result of `users.revoke_sessions`.
public struct UserLoggedOut: Codable, Hashable, Sendable {
    public let user: String
    public let revoked: Int
}

/// The result of `users.reset_password`.
public struct UserPasswordReset: Codable, Hashable, Sendable {
    public let user: String
    public let changed: Bool
}

/// The result of `identity.rotate_keys`.
public struct KeysRotated: Codable, Hashable, Sendable {
    public let rotated: Bool
}

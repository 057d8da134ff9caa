/// The result of `credits.show`.
public struct CreditsPage: Codable, Hashable, Sendable {
    public struct Entry: Codable, Hashable, Sendable {
        public let id: String
        /// Less than nothing for a charge.
        public let delta: Int64
        public let provider: String
        public let reason: String
        public let balanceAfter: Int64
        public let createdAt: String
    }

    public let user: String
    public let balance: Int64
    /// Of that, what is set aside for calls under way.
    public let held: Int64
    public let available: Int64
    /// Whether there is so little that it is worth a word; absent from older stations.
    public let low: Bool?
    /// Since when nothing may be spent until an operator has looked at the account.
    public let pausedAt: String?
    public let count: Int64
    /// The newest first.
    public let entries: [Entry]
}

/// The result of `credits.grant`.
public struct CreditsGrant: Codable, Hashable, Sendable {
    public let user: String
    /// False when they had been given before.
    public let granted: Bool
    public let balance: Int64
}

/// The result of `credits.resume`.
public struct CreditsResume: Codable, Hashable, Sendable {
    public let user: String
    /// False when the account was not paused.
    public let resumed: Bool
}

/// The result of `credits.overview`.
public struct CreditsOverview: Codable, Hashable, Sendable {
    public struct Provider: Codable, Hashable, Sendable {
        public let provider: String
        public let delta: Int64
        public let entries: Int64
    }

    public struct User: Codable, Hashable, Sendable {
        public let user: String
        public let spent: Int64
    }

    /// An account that may spend nothing until an operator has looked at it.
    public struct Paused: Codable, Hashable, Sendable {
        public let user: String
        public let since: String
    }

    public let days: Int
    public let accounts: Int64
    /// What all accounts have together.
    public let balance: Int64
    public let held: Int64
    public let charges: Int64
    public let charged: Int64
    public let averageCharge: Double?
    public let byProvider: [Provider]
    public let topUsers: [User]
    /// Those that wait longest, a hundred at most; absent from older stations.
    public let paused: [Paused]?
}

package import Bus
package import Domain

/// One that tells about the market, and how it is doing.
package struct MarketProviderAnswer: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        case online
        case degraded
        case offline
        case rateLimited = "rate_limited"
        /// It cannot be asked as it is set up, such as for want of a key.
        case unavailable
    }

    /// Whether it wants a key of ours.
    package enum KeyNeed: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        case none
        /// With one it tells more, or may be asked more.
        case optional
        case required
    }

    /// How much of one of its limits is used up.
    package struct Limit: Codable, Hashable, Sendable {
        /// Such as `60 s` or `month`.
        let window: String
        let used: Int
        /// What it is asked at most: less than what it allows.
        let usable: Int
        /// What it allows.
        let limit: Int
        /// When it is counted from zero again.
        let endsAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case window, used, usable, limit
            case endsAt = "ends_at"
        }

        package init(window: String, used: Int, usable: Int, limit: Int, endsAt: Timestamp) {
            self.window = window
            self.used = used
            self.usable = usable
            self.limit = limit
            self.endsAt = endsAt
        }
    }

    let id: String
    /// Where it is asked.
    let baseURL: String
    /// Whether it was discovered and accepted, and does not stand in the configuration.
    let isDiscovered: Bool
    let key: KeyNeed
    /// Whether it is given one.
    let hasKey: Bool
    /// What it tells of first.
    let category: PoolCategory
    let categories: [PoolCategory]
    /// The pools that it is a member of.
    let pools: [String]
    let priority: Int
    let weight: Int
    let status: Status
    /// The share of the latest questions that it has answered, 0 to 1; absent before the first.
    let successShare: Double?
    let asked: UInt64
    let answered: UInt64
    let failed: UInt64
    /// Times it was passed over without being asked.
    let skipped: UInt64
    /// How long answers take, smoothed.
    let latencyMilliseconds: Double?
    let lastError: String?
    /// Why it is unavailable; absent where it is not.
    let obstacle: String?
    /// Shortest window first.
    let limits: [Limit]

    enum CodingKeys: String, CodingKey {
        case id, category, categories, pools, priority, weight, status, asked, answered, failed, skipped, obstacle,
            limits, key
        case baseURL = "base_url"
        case isDiscovered = "discovered"
        case hasKey = "has_key"
        case successShare = "success_share"
        case latencyMilliseconds = "latency_ms"
        case lastError = "last_error"
    }

    package init(
        id: String,
        baseURL: String,
        isDiscovered: Bool,
        key: (need: KeyNeed, isSet: Bool),
        categories: [PoolCategory],
        pools: [String],
        priority: Int,
        weight: Int,
        status: Status,
        successShare: Double?,
        counts: (asked: UInt64, answered: UInt64, failed: UInt64, skipped: UInt64),
        latency: Duration?,
        lastError: String?,
        obstacle: String?,
        limits: [Limit]
    ) {
        self.id = id
        self.baseURL = baseURL
        self.isDiscovered = isDiscovered
        (self.key, hasKey) = key
        // There is none that tells of nothing.
        category = categories.first ?? .exchange
        self.categories = categories
        self.pools = pools
        self.priority = priority
        self.weight = weight
        self.status = status
        self.successShare = successShare
        (asked, answered, failed, skipped) = counts
        latencyMilliseconds = latency.map { $0 / .milliseconds(1) }
        self.lastError = lastError
        self.obstacle = obstacle
        self.limits = limits
    }
}

/// What `/api/providers` says.
package struct ProvidersAnswer: Codable, Hashable, Sendable {
    let providers: [MarketProviderAnswer]

    package init(_ providers: [MarketProviderAnswer]) { self.providers = providers }
}

/// Whether a provider that was asked out of turn has answered.
package struct HealthCheckAnswer: Codable, Hashable, Sendable {
    let id: String
    let reachable: Bool

    package init(id: String, reachable: Bool) {
        self.id = id
        self.reachable = reachable
    }
}

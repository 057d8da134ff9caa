package import Bus
import Domain

/// What providers tell of, and pools are for.
package enum PoolCategoryName: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
    case exchange
    case marketData = "market_data"
    case defi
    case sentiment
    case explorers
    case nft
    case news
    case analytics
}

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
    /// What it tells of first.
    let category: PoolCategoryName
    let categories: [PoolCategoryName]
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
        case id, category, categories, pools, priority, weight, status, asked, answered, failed, skipped, obstacle, limits
        case successShare = "success_share"
        case latencyMilliseconds = "latency_ms"
        case lastError = "last_error"
    }

    package init(
        id: String,
        categories: [PoolCategoryName],
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

/// What `/api/status` says: whether all that are asked can be.
package struct ProvidersStatus: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        /// Everybody who is a member of a pool and can be asked at all answers.
        case operational
        case degraded
    }

    /// Of those that are members of a pool.
    package struct Counts: Codable, Hashable, Sendable {
        let total: Int
        let online: Int
        let degraded: Int
        let offline: Int
        let rateLimited: Int
        let unavailable: Int

        enum CodingKeys: String, CodingKey {
            case total, online, degraded, offline, unavailable
            case rateLimited = "rate_limited"
        }
    }

    let status: Status
    let providers: Counts
    /// The share of all questions since the start that were answered, 0 to 1; absent before the first.
    let successRate: Double?

    enum CodingKeys: String, CodingKey {
        case status, providers
        case successRate = "success_rate"
    }

    init(_ providers: [MarketProviderAnswer]) {
        let used = providers.filter { !$0.pools.isEmpty }
        func count(_ status: MarketProviderAnswer.Status) -> Int { used.count { $0.status == status } }
        self.providers = Counts(
            total: used.count,
            online: count(.online),
            degraded: count(.degraded),
            offline: count(.offline),
            rateLimited: count(.rateLimited),
            unavailable: count(.unavailable)
        )
        let isWell = count(.online) > 0 && count(.online) + count(.unavailable) == used.count
        status = isWell ? .operational : .degraded
        successRate = ProviderSums(used).successRate
    }
}

/// What `/api/stats` says: how much was asked since the start, and how it was answered.
package struct ProviderStats: Codable, Hashable, Sendable {
    package struct Category: Codable, Hashable, Sendable {
        let category: PoolCategoryName
        let providers: Int
        /// Those that may be asked now.
        let available: Int
        let totals: ProviderSums
    }

    let totals: ProviderSums
    /// By what they tell of first; each provider once.
    let categories: [Category]
    let pools: Int

    init(_ providers: [MarketProviderAnswer], pools: Int) {
        totals = ProviderSums(providers)
        categories = PoolCategoryName.allCases.compactMap { category in
            let members = providers.filter { $0.category == category }
            guard !members.isEmpty else { return nil }
            return Category(
                category: category,
                providers: members.count,
                available: members.count { [.online, .degraded].contains($0.status) },
                totals: ProviderSums(members)
            )
        }
        self.pools = pools
    }
}

/// What was asked of several providers together.
package struct ProviderSums: Codable, Hashable, Sendable {
    let asked: UInt64
    let answered: UInt64
    let failed: UInt64
    /// Times that one was passed over without being asked.
    let skipped: UInt64
    /// The share of those asked that were answered, 0 to 1; absent before the first.
    let successRate: Double?
    /// Of those that have answered.
    let meanLatencyMilliseconds: Double?

    enum CodingKeys: String, CodingKey {
        case asked, answered, failed, skipped
        case successRate = "success_rate"
        case meanLatencyMilliseconds = "mean_latency_ms"
    }

    init(_ providers: [MarketProviderAnswer]) {
        func sum(_ count: KeyPath<MarketProviderAnswer, UInt64>) -> UInt64 {
            providers.reduce(0) { $0 &+ $1[keyPath: count] }
        }
        (asked, answered, failed, skipped) = (sum(\.asked), sum(\.answered), sum(\.failed), sum(\.skipped))
        let ended = answered + failed
        successRate = ended == 0 ? nil : Double(answered) / Double(ended)
        let latencies = providers.compactMap(\.latencyMilliseconds)
        meanLatencyMilliseconds = latencies.isEmpty ? nil : latencies.reduce(0, +) / Double(latencies.count)
    }
}

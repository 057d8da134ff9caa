import Domain

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
        let category: PoolCategory
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
        categories = PoolCategory.allCases.compactMap { category in
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

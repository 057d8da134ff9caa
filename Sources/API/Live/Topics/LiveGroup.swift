import Domain

/// A name for topics that belong together, so that a page need not know how events are called.
package enum LiveGroup: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
    case prices, market, signals, sentiment, news, whales, pools, commodities, ventures, trends
    /// What the hosts say on the air.
    case air
    case governance, channels, health
    /// For operators: jobs and workflows.
    case jobs
    /// For operators: actors, settings, the emergency stop, control calls, providers of market data.
    case operations

    /// Full topics that begin with one of these belong to it.
    var prefixes: [String] {
        switch self {
        case .prices: ["market.price.", "price."]
        case .market: ["market."]
        case .signals: ["signal.", "indicator."]
        case .sentiment: ["sentiment."]
        case .news: ["news."]
        case .whales: ["whale."]
        case .pools: ["pool."]
        case .commodities: ["commodity."]
        case .ventures: ["company."]
        case .trends: ["trend."]
        case .air: ["segment."]
        case .governance: ["governance.", "proposal."]
        case .channels: ["channel."]
        case .health: ["system.health."]
        case .jobs: ["job.", "workflow."]
        case .operations: ["system.", "provider."]
        }
    }

    /// Whether somebody may see anything of it; `nil` is a stranger.
    func isOpen(to role: Role?) -> Bool { prefixes.contains { TopicAccess.reaches($0, role) } }
}

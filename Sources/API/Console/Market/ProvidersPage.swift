import Bus
import Domain

/// Who tells about the market, how each is doing, and in which order they are asked.
struct ProvidersPage: Page {
    let providers: [MarketProviderAnswer]
    let pools: [PoolAnswer]
    let now: Timestamp

    /// How often a browser that runs scripts renews the page.
    private static let renewedEverySeconds = 10

    var name: String { "Providers" }
    var place: OwnPath? { "/providers" }

    var body: Markup {
        h1("Providers")
        p(
            .class("contact"),
            .id("contact"),
            .role("status"),
            .data("every", "\(ProvidersPage.renewedEverySeconds)")
        ) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        section(.id("providers"), .aria("labelledby", "provider-list"), .data("live")) {
            h2(.id("provider-list")) { "Who tells about the market" }
            DataTable(name: "Providers", columns: columns, rows: providers.map(row))
        }
        section(.id("pools"), .aria("labelledby", "pool-list"), .data("live")) {
            h2(.id("pool-list")) { "Who is asked for what" }
            if pools.isEmpty {
                p(.class("empty")) { "There are no pools, so nobody is asked for anything." }
            } else {
                DataTable(name: "Pools", columns: poolColumns, rows: pools.map(row))
            }
        }
    }

    // MARK: Providers

    private var columns: [DataTable.Column] {
        [
            DataTable.Column("Provider"), DataTable.Column("Status", .state), DataTable.Column("Answers", .figure),
            DataTable.Column("Takes", .figure), DataTable.Column("Asked", .figure),
            DataTable.Column("Limits used", .prose), DataTable.Column("Last error", .prose),
        ]
    }

    private func row(_ provider: MarketProviderAnswer) -> DataTable.Row {
        DataTable.Row(
            id: "provider-\(provider.id)",
            [
                Markup(text: provider.id), Condition(provider.status).body,
                Markup(text: provider.successShare.map { "\(Int(($0 * 100).rounded())) %" } ?? ""),
                Markup(text: provider.latencyMilliseconds.map { Figures.milliseconds(.milliseconds($0)) } ?? ""),
                Markup(text: Figures.grouped("\(provider.asked)")),
                Markup(
                    text: provider.limits.map { "\($0.used) of \($0.usable) in \($0.window)" }.joined(separator: ", ")
                ),
                Markup(text: provider.obstacle ?? provider.lastError ?? ""),
            ]
        )
    }

    // MARK: Pools

    private var poolColumns: [DataTable.Column] {
        [
            DataTable.Column("Pool"), DataTable.Column("Order", .state), DataTable.Column("Asked now", .prose),
            DataTable.Column("Members", .prose), DataTable.Column("From"),
        ]
    }

    private func row(_ pool: PoolAnswer) -> DataTable.Row {
        DataTable.Row(
            id: "pool-\(pool.id)",
            [
                Markup(text: pool.name), Markup(text: pool.rotationStrategy.words),
                Markup(text: pool.order.joined(separator: ", ")),
                Markup(text: pool.members.map(\.provider).joined(separator: ", ")), Markup(text: pool.origin.rawValue),
            ]
        )
    }
}

extension Condition {
    fileprivate init(_ status: MarketProviderAnswer.Status) {
        switch status {
        case .online: self.init("online", .good)
        case .degraded: self.init("degraded", .poor)
        case .rateLimited: self.init("rate limited", .poor)
        case .offline: self.init("offline", .bad)
        case .unavailable: self.init("unavailable", .quiet)
        }
    }
}

extension PoolStrategy {
    fileprivate var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}

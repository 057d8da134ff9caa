import Bus
import Domain

@testable import API

enum ProviderSample {
    static func provider(
        _ id: String,
        _ status: MarketProviderAnswer.Status,
        _ categories: [PoolCategory] = [.exchange],
        pools: [String]
    ) -> MarketProviderAnswer {
        MarketProviderAnswer(
            id: id,
            baseURL: "https://\(id).example",
            isDiscovered: false,
            key: (.optional, true),
            categories: categories,
            pools: pools,
            priority: 1,
            weight: 10,
            status: status,
            successShare: 0.5,
            counts: (4, 2, 2, 9),
            latency: .milliseconds(12),
            lastError: status == .online ? nil : "rate limited",
            obstacle: status == .unavailable ? "needs a key" : nil,
            limits: [
                MarketProviderAnswer.Limit(
                    window: "60 s",
                    used: 3,
                    usable: 4,
                    limit: 5,
                    endsAt: Timestamp(seconds: 1_800_000_030)
                )
            ]
        )
    }
}

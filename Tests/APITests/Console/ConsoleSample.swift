import Bus
import Domain
import Testing
import Threading

@testable import API

/// A console over fixed data.
struct ConsoleSample {
    /// Text that must never become markup, wherever it comes from.
    static let hostile = "<script>alert(\"x\")</script><img src=x onerror='alert(1)'>"

    static let now = Timestamp(seconds: 1_800_000_000)

    var name = "Station One"
    var isMuted = false
    var isOffAir = false
    var voice = "off"
    var status = HealthAnswer.Status.ok
    var reasons: [String] = []
    var texts: [String] = []
    var source: String? = "binance"
    var prices: [(pair: String, price: String, source: String, age: Int)] = []
    var news = NewsRoutes.Doors(
        news: { (_) async throws(APIError) in NewsAnswer(items: [], next: nil, readAt: nil, age: nil, isStale: true) },
        mood: { () async throws(APIError) in throw APIError(.unavailable, "There is no mood to tell.") },
        analyze: { (_) async throws(APIError) in throw APIError(.unavailable, "nobody") }
    )

    var data: ConsoleData {
        get throws {
            let health = HealthReport(
                status: status,
                reasons: reasons,
                checkedAt: ConsoleSample.now,
                uptimeSeconds: 61,
                version: "1.2.3",
                services: [],
                queues: []
            )
            let station = ConsoleData.StationFacts(
                name: name,
                version: "1.2.3",
                isMuted: isMuted,
                isOffAir: isOffAir,
                voice: voice
            )
            let spoken = try texts.enumerated().map { try ConsoleSample.spoken($1, secondsAgo: 10 * $0) }
            let market = ConsoleData.MarketFacts(
                source: source,
                reason: source == nil ? "no exchange answers" : "it answers first",
                staleAfter: .seconds(5),
                prices: try prices.map { try ConsoleSample.tick($0.pair, $0.price, $0.source, secondsAgo: $0.age) }
            )
            return ConsoleData(
                now: { ConsoleSample.now },
                station: { station },
                health: { health },
                spoken: { spoken },
                market: { market },
                news: news
            )
        }
    }

    private static func spoken(_ text: String, secondsAgo: Int) throws -> ConsoleData.Spoken {
        let pair = try #require(TradingPair("BTC-USD"))
        let at = now.advanced(by: .seconds(-secondsAgo))
        let value = try #require(ExactDecimal("64250.12"))
        return ConsoleData.Spoken(
            at: at,
            segment: HostSpoke(
                host: "Nova",
                text: text,
                kind: .fallback,
                energy: .normal,
                template: "t",
                symbols: [pair],
                facts: [SpokenFact(pair: pair, quantity: .price, value: value, source: "binance", asOf: at)]
            )
        )
    }

    private static func tick(_ pair: String, _ price: String, _ source: String, secondsAgo: Int) throws -> PriceTicked {
        PriceTicked(
            pair: try #require(TradingPair(pair)),
            price: try #require(Price(price)),
            source: source,
            symbol: pair,
            asOf: now.advanced(by: .seconds(-secondsAgo))
        )
    }

    /// Serves it while the body runs.
    func serving(
        accounts: ConsoleAccounts? = nil,
        operations: ConsoleOperations? = nil,
        market: ConsoleMarket? = nil,
        air: OnAirRoutes.Doors? = nil,
        _ body: (_ ask: TestListener.Ask) async throws -> Void
    ) async throws {
        let console = Console(data: try data, accounts: accounts, operations: operations, market: market, air: air)
        try await TestListener.serving(RouteTable(console.all(), failurePages: FailurePages(console)), body)
    }
}

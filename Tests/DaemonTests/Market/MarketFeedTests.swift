import Bus
import Domain
import HTTPClient
import Market
import Telemetry
import TestKit
import Testing
import Threading

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct MarketFeedTests {
    @Test func `the configuration knows what each provider tells of`() async throws {
        let feed = try MarketBench().feed()
        let told = feed.source.providers.map { ($0.name, $0.categories) }
        #expect(told.map(\.0) == MarketConfig.Provider.allCases.map(\.rawValue))
        #expect(told.map(\.1) == MarketConfig.Provider.allCases.map(\.categories))
        await feed.close()
    }

    @Test func `pools are as configured, and their figures too`() async throws {
        let bench = try MarketBench(
            """
            providers = ["kraken", "coincap"]
            members = { market_data = ["coinpaprika"], defi = [] }
            strategies = { exchange = "weighted", market_data = "least_used" }
            priorities = { kraken = 2 }
            weights = { coincap = 77 }
            """
        )
        let pools = try bench.feed().source.pools
        #expect(pools.map(\.id) == ["exchange", "market_data", "defi", "sentiment"])
        #expect(pools.map(\.strategy) == [.weighted, .leastUsed, .priority, .priority])
        #expect(pools[0].members == [PoolMember("kraken", priority: 2), PoolMember("coincap", weight: 77)])
        #expect(pools[1].members.map(\.provider) == ["coinpaprika"] && pools[2].members.isEmpty)
    }

    @Test(arguments: [
        (#"providers = ["defillama"]"#, "market.providers[0]"),
        (#"members = { market_data = ["coingecko", "kraken"] }"#, "market.members.market_data[1]"),
        (#"members = { defi = ["defillama", "defillama"] }"#, "market.members.defi[1]"),
        ("breaker_failures = 0", "market.breaker_failures"), ("retries = 11", "market.retries"),
        ("breaker_open_max_seconds = 59", "market.breaker_open_max_seconds"),
        ("priorities = { kraken = 11 }", "market.priorities.kraken"),
        ("weights = { alternative = 0 }", "market.weights.alternative"),
        (#"strategies = { defi = "fastest" }"#, "market.strategies.defi"),
        (#"keys = { coingecko = "cred:a", coingecko_pro = "cred:b" }"#, "market.keys.coingecko_pro"),
        (#"keys = { coincap = "a-secret-in-a-file" }"#, "market.keys.coincap"),
    ])
    func `what makes no sense is refused by its key`(text: String, key: String) throws {
        let report = try ConfigFixture().load("[market]\n\(text)\n")
        #expect(report.errors.map(\.path.description).contains(key), "\(report.text)")
        #expect(!report.text.contains("a-secret-in-a-file"))
    }

    @Test func `a key makes its provider one that can be asked, and goes where it belongs`() async throws {
        let seen = SeenHeaders()
        let server = try LoopbackHTTPServer { request in
            seen.note(request)
            return .json(#"{"coins":[{"item":{"id":"pepe","coin_id":1,"name":"Pepe","symbol":"PEPE"}}]}"#)
        }
        let bench = try MarketBench(
            """
            members = { market_data = ["coingecko"] }
            keys = { coincap = "cred:cap", coingecko = "cred:gecko" }
            """
        )
        let environment = ["CRYPTOCALL_CREDENTIAL_CAP": "cap-key", "CRYPTOCALL_CREDENTIAL_GECKO": "gecko-key"]
        let redactor = Redactor()
        let feed = try MarketFeed(
            try bench.loaded(["coingecko": server.url("")], environment: environment),
            environment: environment,
            redactor: redactor,
            metrics: MetricsRegistry()
        )
        #expect(feed.standings.first { $0.name == "coincap" }?.obstacle == nil)
        #expect(try await feed.source.trending(count: 7).source == "coingecko")
        #expect(seen.value(of: "x-cg-demo-api-key") == ["gecko-key"])
        #expect(!redactor.redact("it was gecko-key and cap-key").contains("-key"))
        // Without keys the same questions are what is allowed without.
        try await feed.replace(with: try bench.loaded(["coingecko": server.url("")], environment: environment))
        await feed.close()
    }

    @Test func `paid plans have hosts of their own, unless another is named`() {
        var market = MarketConfig()
        market.keys.coingeckoPro = Credential("cred:pro")
        market.keys.coinpaprika = Credential("cred:paprika")
        #expect(market.address(of: .coingecko) == "https://pro-api.coingecko.com")
        #expect(market.address(of: .coinpaprika) == "https://api-pro.coinpaprika.com")
        market.endpoints.coingecko = "http://127.0.0.1:9"
        #expect(market.address(of: .coingecko) == "http://127.0.0.1:9")
        var configuration = Configuration()
        configuration.market = market
        let hosts = HTTPClientConfig(configuration).allowedHosts
        #expect(hosts.contains { $0.contains("api-pro.coinpaprika.com") })
        #expect(hosts.contains { $0.contains("127.0.0.1:9") } && hosts.contains { $0.contains("api.llama.fi") })
    }

    @Test func `a changed pool is kept over a reload, and what was counted too`() async throws {
        let bench = try MarketBench(#"providers = ["kraken", "coinbase"]"#)
        let feed = try bench.feed()
        var book = feed.book
        _ = try book.removeMember("kraken", from: "exchange")
        feed.use(book.record)
        #expect(feed.source.order(ofPool: "exchange") == ["coinbase"])
        await #expect(throws: NoSourceError.self) {
            try await feed.source.quotes(of: [TradingPair("BTC-USD")].compactMap { $0 })
        }
        #expect(await feed.tryAgain("kraken", with: [TradingPair("BTC-USD")].compactMap { $0 }) == false)
        try await feed.replace(with: try bench.loaded())
        #expect(feed.source.order(ofPool: "exchange") == ["coinbase"])
        #expect(feed.source.counted["kraken"]?.map(\.used) == [1])
        #expect(feed.book.origin(of: "exchange") == .changed)
        await feed.close()
    }
}

/// Headers of requests that a server has seen.
private final class SeenHeaders: Sendable {
    private let headers = Mutex<[[(name: String, value: String)]]>([])

    func note(_ request: LoopbackHTTPServer.Request) { headers.withLock { $0.append(request.headers) } }

    func value(of name: String) -> [String] {
        headers.withLock { $0 }.flatMap { $0.filter { $0.name.lowercased() == name }.map(\.value) }
    }
}

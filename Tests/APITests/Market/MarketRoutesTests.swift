import Bus
import Domain
import HTTPClient
import JSON
import Testing
import Threading

@testable import API

@Suite(.timeLimit(.minutes(1))) struct MarketRoutesTests {
    private static let freshness = Freshness(
        source: "first",
        asOf: Timestamp(seconds: 1_790_000_000),
        isCached: true,
        age: .milliseconds(1500),
        isStale: false
    )

    private static func entry(_ symbol: String, _ pair: TradingPair) -> Fresh<PricesAnswer.Entry> {
        Fresh(
            PricesAnswer.Entry(
                symbol: symbol,
                pair: pair,
                price: Price(ExactDecimal(7)),
                change24hPercent: nil,
                high24h: nil,
                low24h: nil,
                market: "\(pair.base)-PERP"
            ),
            freshness
        )
    }

    private static func coin(_ rank: Int) -> OverviewAnswer.Coin {
        OverviewAnswer.Coin(
            rank: rank,
            id: "coin-\(rank)",
            symbol: "C\(rank)",
            name: "Coin",
            price: Price(ExactDecimal(rank)),
            change24h: nil,
            marketCap: ExactDecimal(1000),
            volume24h: nil,
            asOf: freshness.asOf
        )
    }

    /// Knows BTC, is out of luck with ETH, and does not know the rest.
    private static func table() throws -> RouteTable {
        let doors = MarketRoutes.Doors(
            prices: { wanted in
                PricesAnswer(
                    prices: wanted.filter { $0.pair.base == "BTC" }.map { entry($0.symbol, $0.pair) },
                    unknown: wanted.map(\.symbol).filter { !$0.hasPrefix("BTC") && $0 != "ETH" },
                    failed: wanted.filter { $0.symbol == "ETH" }.map {
                        PricesAnswer.Failure(
                            symbol: $0.symbol,
                            reasons: [ProviderReason(provider: "first", reason: "timed out")]
                        )
                    }
                )
            },
            candles: { (pair, interval, count) throws(APIError) in
                let candle = Candle(
                    openTime: Timestamp(seconds: 1_790_000_000),
                    interval: interval,
                    open: Price(ExactDecimal(1)),
                    high: Price(ExactDecimal(count)),
                    low: Price(ExactDecimal(1)),
                    close: Price(ExactDecimal(2)),
                    volume: ExactDecimal(3)
                )
                return Fresh(
                    CandlesAnswer(
                        pair: pair,
                        symbol: "own",
                        interval: interval,
                        candles: [CandlesAnswer.Entry(candle, isForming: true)],
                        gaps: []
                    ),
                    freshness
                )
            },
            overview: { (count) throws(APIError) in
                let global = OverviewAnswer.Global(
                    marketCap: nil,
                    volume24h: nil,
                    marketCapChange24h: nil,
                    dominance: ["BTC": ExactDecimal(51)],
                    coinCount: 9,
                    asOf: freshness.asOf
                )
                return Fresh(OverviewAnswer(coins: (1...count).map(coin), global: global), freshness)
            },
            trending: { () throws(APIError) in
                throw APIError(unanswered: [ProviderReason(provider: "first", reason: "banned")])
            },
            protocols: { () throws(APIError) in
                let entry = ProtocolsAnswer.Entry(
                    slug: "lido",
                    name: "Lido",
                    category: nil,
                    chains: ["Ethereum"],
                    tvl: ExactDecimal(5),
                    change1d: nil,
                    change7d: nil,
                    marketCap: nil
                )
                return Fresh(ProtocolsAnswer(protocols: [entry], excludedCategories: ["CEX"]), freshness)
            },
            providers: {
                [
                    ProviderSample.provider("first", .rateLimited, pools: ["exchange"]),
                    ProviderSample.provider("second", .online, pools: ["exchange"]),
                    ProviderSample.provider("third", .unavailable, [.exchange, .marketData], pools: []),
                ]
            },
            check: { $0 == "first" ? HealthCheckAnswer(id: $0, reachable: true) : nil },
            poolCount: { 4 }
        )
        return try RouteTable(MarketRoutes(doors).all())
    }

    @Test func `prices come with source and age, and what there is none of is said`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            let seen = try await ask(.get, "/api/prices?symbols=btc,ETH,BTC-EUR,nothing,BTC")
            let body = try JSONValue(parsing: seen.body)
            #expect(seen.status == 200)
            #expect(body["prices"]?.array?.map { $0["pair"]?.string } == ["BTC-USD", "BTC-EUR"])
            #expect(body["prices"]?[0]?["symbol"] == "BTC" && body["prices"]?[0]?["price"] == "7")
            #expect(body["prices"]?[0]?["cache_age"] == 1.5 && body["prices"]?[0]?["stale"] == false)
            #expect(body["prices"]?[0]?["source"] == "first" && body["prices"]?[0]?["cached"] == true)
            #expect(body["prices"]?[0]?["market"] == "BTC-PERP")
            #expect(body["unknown"] == ["NOTHING"])
            #expect(body["failed"]?[0]?["reasons"] == [["provider": "first", "reason": "timed out"]])
        }
    }

    @Test func `symbols that nobody knows are a bad request, and silence is unavailable with reasons`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            let unknown = try await ask(.get, "/api/prices?symbols=NOTHING,NOBODY")
            #expect(unknown.status == 400)
            #expect(String(decoding: unknown.body, as: UTF8.self).contains("NOTHING, NOBODY"))
            let silent = try await ask(.get, "/api/prices?symbols=ETH,NOTHING")
            #expect(silent.status == 503)
            #expect(String(decoding: silent.body, as: UTF8.self).contains("first: timed out"))
        }
    }

    @Test(arguments: [
        "/api/prices", "/api/prices?symbols=", "/api/prices?symbols=BTC,,ETH", "/api/prices?symbols=BTC;DROP",
        "/api/prices?symbols=" + (0...20).map { "A\($0)" }.joined(separator: ","), "/api/ohlcv",
        "/api/ohlcv?symbol=BTC&interval=7m", "/api/ohlcv?symbol=BTC&limit=0", "/api/ohlcv?symbol=BTC&limit=1001",
        "/api/ohlcv?symbol=B%20C", "/api/ohlcv?symbol=BTC&days=3",
    ])
    func `a question that makes no sense is refused by its field`(path: String) async throws {
        try await TestListener.serving(try Self.table()) { ask in
            let answer = try await ask(.get, path)
            #expect(answer.status == 422)
            #expect(try JSONValue(parsing: answer.body)["details"]?.array?.isEmpty == false, "\(path)")
        }
    }

    @Test func `a market may be written as people and exchanges do`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            for (text, pair) in [
                ("btc", "BTC-USD"), ("BTCUSDT", "BTC-USD"), ("SOLEUR", "SOL-EUR"), ("sol-eur", "SOL-EUR"),
                ("USDT", "USDT-USD"),
            ] {
                let body = try JSONValue(parsing: try await ask(.get, "/api/ohlcv?symbol=\(text)&interval=4h").body)
                #expect(body["pair"]?.string == pair)
                #expect(body["interval"] == "4h" && body["candles"]?[0]?["forming"] == true)
                #expect(body["candles"]?[0]?["high"] == "100")
            }
        }
    }

    @Test func `who has an account sees the providers, operators ask them`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            #expect(try await ask(.get, "/api/providers").status == 401)
            let list = try JSONValue(
                parsing: try await ask(.get, "/api/providers", ["authorization": "Bearer viewer/read"]).body
            )
            #expect(list["providers"]?.array?.map { $0["id"]?.string } == ["first", "second", "third"])
            #expect(list["providers"]?[0]?["base_url"] == "https://first.example")
            #expect(list["providers"]?[0]?["key"] == "optional" && list["providers"]?[0]?["has_key"] == true)
            #expect(list["providers"]?[0]?["status"] == "rate_limited" && list["providers"]?[0]?["latency_ms"] == 12)
            #expect(try await ask(.get, "/api/providers/second", ["authorization": "Bearer viewer/read"]).status == 200)
            #expect(try await ask(.get, "/api/providers/fourth", ["authorization": "Bearer viewer/read"]).status == 404)
            for (name, status) in [("first", 200), ("fourth", 404)] {
                let path = "/api/providers/\(name)/health-check"
                #expect(try await ask(.post, path, ["authorization": "Bearer operator/control"]).status == status)
                #expect(try await ask(.post, path, ["authorization": "Bearer viewer/control"]).status == 403)
            }
        }
    }

    @Test func `the market as a whole comes with source and age, as many coins as asked for`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            let market = try JSONValue(parsing: try await ask(.get, "/api/market?limit=3").body)
            #expect(market["coins"]?.array?.map { $0["rank"] } == [1, 2, 3])
            #expect(market["coins"]?[0]?["market_cap"] == "1000" && market["coins"]?[0]?["change_24h"] == nil)
            #expect(market["global"]?["dominance"] == ["BTC": "51"] && market["source"] == "first")
            let usual = try JSONValue(parsing: try await ask(.get, "/api/market").body)
            #expect(usual["coins"]?.array?.count == 20)
            let defi = try JSONValue(parsing: try await ask(.get, "/api/defi").body)
            #expect(defi["protocols"]?[0]?["tvl"] == "5" && defi["excluded_categories"] == ["CEX"])
            #expect(defi["stale"] == false && defi["cache_age"] == 1.5)
            let trending = try await ask(.get, "/api/trending")
            #expect(trending.status == 503)
            #expect(String(decoding: trending.body, as: UTF8.self).contains("first: banned"))
            for path in ["/api/market?limit=0", "/api/market?limit=101", "/api/defi?limit=3", "/api/trending?x=1"] {
                #expect(try await ask(.get, path).status == 422, "\(path)")
            }
        }
    }

    @Test func `the status counts those that are asked, and stats count questions`() async throws {
        try await TestListener.serving(try Self.table()) { ask in
            let status = try JSONValue(parsing: try await ask(.get, "/api/status").body)
            #expect(status["status"] == "degraded" && status["success_rate"] == 0.5)
            #expect(status["providers"]?["total"] == 2 && status["providers"]?["rate_limited"] == 1)
            let viewer = ["authorization": "Bearer viewer/read"] as HTTPHeaders
            #expect(try await ask(.get, "/api/stats").status == 401)
            let stats = try JSONValue(parsing: try await ask(.get, "/api/stats", viewer).body)
            #expect(stats["totals"]?["asked"] == 12 && stats["pools"] == 4)
            #expect(stats["categories"]?.array?.map { $0["category"] } == ["exchange"])
            #expect(stats["categories"]?[0]?["available"] == 1)
            let some = try JSONValue(
                parsing: try await ask(.get, "/api/providers/category/market_data", viewer).body
            )
            #expect(some["providers"]?.array?.map { $0["id"] } == ["third"])
            #expect(try await ask(.get, "/api/providers/category/nothing", viewer).status == 404)
        }
    }
}

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

    private static func entry(_ symbol: String, _ pair: TradingPair) -> PricesAnswer.Entry {
        PricesAnswer.Entry(
            symbol: symbol,
            pair: pair,
            price: Price(ExactDecimal(7)),
            change24hPercent: nil,
            high24h: nil,
            low24h: nil,
            freshness: freshness
        )
    }

    private static func provider(_ id: String) -> MarketProviderAnswer {
        MarketProviderAnswer(
            id: id,
            category: "market_data",
            priority: 1,
            weight: 10,
            status: .rateLimited,
            successShare: 0.5,
            counts: (4, 2, 2, 9),
            latency: .milliseconds(12),
            lastError: "rate limited"
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
                return CandlesAnswer(
                    pair: pair,
                    symbol: "own",
                    interval: interval,
                    candles: [CandlesAnswer.Entry(candle, isForming: true)],
                    gaps: [],
                    freshness: freshness
                )
            },
            providers: { [provider("first"), provider("second")] },
            check: { $0 == "first" ? HealthCheckAnswer(id: $0, reachable: true) : nil }
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
            #expect(list["providers"]?.array?.map { $0["id"]?.string } == ["first", "second"])
            #expect(list["providers"]?[0]?["status"] == "rate_limited" && list["providers"]?[0]?["latency_ms"] == 12)
            #expect(try await ask(.get, "/api/providers/second", ["authorization": "Bearer viewer/read"]).status == 200)
            #expect(try await ask(.get, "/api/providers/third", ["authorization": "Bearer viewer/read"]).status == 404)
            for (name, status) in [("first", 200), ("third", 404)] {
                let path = "/api/providers/\(name)/health-check"
                #expect(try await ask(.post, path, ["authorization": "Bearer operator/control"]).status == status)
                #expect(try await ask(.post, path, ["authorization": "Bearer viewer/control"]).status == 403)
            }
        }
    }
}

import Bus
import Domain
import HTTPClient
import Market
import Testing

struct CoinbaseTests {
    private func provider(_ answer: HTTPResponse) -> CoinbaseProvider {
        CoinbaseProvider(transport: ScriptedTransport(answer))
    }

    @Test func `each pair is asked for by itself and keeps its own time`() async throws {
        let transport = ScriptedTransport([
            .success(json(#"{"trade_id":1,"price":"37350.12","size":"0.1","time":"2023-11-14T22:14:29.123456Z"}"#)),
            .success(json(#"{"trade_id":2,"price":"2012.3","size":"0.1","time":"2023-11-14T22:14:28Z"}"#)),
        ])
        let found = try await CoinbaseProvider(transport: transport, base: "https://c.test")
            .quotes(quoteQuery("BTC-USD", "ETH-USD")).value
        #expect(
            transport.urls == ["https://c.test/products/BTC-USD/ticker", "https://c.test/products/ETH-USD/ticker"]
        )
        #expect(found.map(\.price.description) == ["37350.12", "2012.3"])
        #expect(found.map(\.asOf.milliseconds) == [1_700_000_069_123, 1_700_000_068_000])
    }

    @Test func `candles come newest first, low before high, as exact numbers`() async throws {
        let body = "[[1700000100,37350.0,37352.5,37350.1,37351.9,0.5],[1700000040,37339.1,37351.0,37340.0,37350.1,1.5]]"
        let query = try #require(candleQuery("BTC-USD"))
        let series = try await provider(json(body)).candles(query).value
        #expect(
            series.candles.map(\.openTime) == [Timestamp(seconds: 1_700_000_040), Timestamp(seconds: 1_700_000_100)]
        )
        let first = try #require(series.candles.first)
        #expect(
            [first.open, first.high, first.low, first.close].map(\.description)
                == ["37340", "37351", "37339.1", "37350.1"]
        )
        #expect(first.volume.description == "1.5")
    }

    @Test func `a span starts and ends where it was asked to`() async throws {
        let transport = ScriptedTransport(json("[]"))
        let since = Timestamp(seconds: 1_699_999_980)
        let query = try #require(candleQuery("BTC-USD", since: since, count: 2))
        let series = try await CoinbaseProvider(transport: transport, base: "https://c.test").candles(query).value
        #expect(series.candles.isEmpty)
        #expect(
            transport.urls == [
                "https://c.test/products/BTC-USD/candles?granularity=60"
                    + "&start=2023-11-14T22:13:00.000000Z&end=2023-11-14T22:14:00.000000Z"
            ]
        )
    }

    @Test(arguments: [
        (404, ProviderError.Code.unknownMarket), (400, .rejected), (429, .rateLimited), (500, .unavailable),
    ])
    func `a note says what is wrong`(status: Int, expected: ProviderError.Code) async throws {
        let answer = json(#"{"message":"NotFound"}"#, status: status)
        let error = await failure { () throws(ProviderError) in try await provider(answer).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }
}

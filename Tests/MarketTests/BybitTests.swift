import Bus
import Domain
import HTTPClient
import Market
import Testing

struct BybitTests {
    private func provider(_ answer: HTTPResponse) -> BybitProvider {
        BybitProvider(transport: ScriptedTransport(answer))
    }

    private let tickers = """
        {"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[
        {"symbol":"ETHUSDT","lastPrice":"2012.34","price24hPcnt":"-0.0125","highPrice24h":"2050",
        "lowPrice24h":"1999.9"},
        {"symbol":"ODD"},
        {"symbol":"BTCUSDT","lastPrice":"37350.12","price24hPcnt":"0.1","highPrice24h":"37500","lowPrice24h":"36800"}]},
        "retExtInfo":{},"time":1700000069947}
        """

    @Test func `prices of several pairs are picked out of all, changes become percent exactly`() async throws {
        let transport = ScriptedTransport(json(tickers))
        let found = try await BybitProvider(transport: transport, base: "https://b.test")
            .quotes(quoteQuery("BTC-USD", "ETH-USD")).value
        #expect(transport.urls == ["https://b.test/v5/market/tickers?category=spot"])
        #expect(found.map(\.symbol) == ["BTCUSDT", "ETHUSDT"])
        #expect(found.map(\.price.description) == ["37350.12", "2012.34"])
        #expect(found.map(\.change24hPercent?.description) == ["10", "-1.25"])
        #expect(found.map(\.asOf.milliseconds) == [1_700_000_069_947, 1_700_000_069_947])
        #expect(found.first?.high24h == Price("37500"))
        #expect(found.first?.low24h == Price("36800"))
    }

    @Test func `one pair is asked for by itself`() async throws {
        let transport = ScriptedTransport(json(tickers))
        _ = try await BybitProvider(transport: transport, base: "https://b.test").quotes(quoteQuery("BTC-USD"))
        #expect(transport.urls == ["https://b.test/v5/market/tickers?category=spot&symbol=BTCUSDT"])
    }

    @Test func `candles come newest first and leave oldest first`() async throws {
        let body = """
            {"retCode":0,"retMsg":"OK","result":{"symbol":"BTCUSDT","category":"spot","list":[
            ["1700000100000","37350.1","37352","37350","37351.9","0.5","18675.9"],
            ["1700000040000","37340","37351","37339.1","37350.1","1.5","56025.1"]]},"time":1700000110000}
            """
        let since = Timestamp(seconds: 1_700_000_040)
        let query = try #require(candleQuery("BTC-USD", since: since, count: 3))
        let transport = ScriptedTransport(json(body))
        let series = try await BybitProvider(transport: transport, base: "https://b.test").candles(query).value
        #expect(
            series.candles.map(\.openTime) == [Timestamp(seconds: 1_700_000_040), Timestamp(seconds: 1_700_000_100)]
        )
        let first = try #require(series.candles.first)
        #expect(
            [first.open, first.high, first.low, first.close].map(\.description)
                == ["37340", "37351", "37339.1", "37350.1"]
        )
        #expect(first.volume.description == "1.5")
        #expect(
            transport.urls == [
                "https://b.test/v5/market/kline?category=spot&symbol=BTCUSDT&interval=1&limit=3"
                    + "&start=1700000040000&end=1700000160000"
            ]
        )
    }

    @Test(arguments: [
        (200, #"{"retCode":10001,"retMsg":"Not supported symbols","result":{}}"#, ProviderError.Code.unknownMarket),
        (200, #"{"retCode":10001,"retMsg":"params error","result":{}}"#, .rejected),
        (200, #"{"retCode":10006,"retMsg":"Too many visits!","result":{}}"#, .rateLimited),
        (200, #"{"retCode":10009,"retMsg":"IP banned","result":{}}"#, .banned),
        (200, #"{"retCode":10016,"retMsg":"Server error","result":{}}"#, .unavailable),
        (200, #"{"retCode":10024,"retMsg":"compliance","result":{}}"#, .refused),
        (403, #"{"retCode":10006,"retMsg":"x"}"#, .refused),
        (200, #"{"retCode":0,"result":{"list":[]},"time":1}"#, .unknownMarket),
        (200, #"{"retCode":0,"result":{}}"#, .malformed), (200, #"{"result":{"list":[]},"time":1}"#, .malformed),
        (200, #"{"retCode":0,"result":{"list":[{"symbol":"BTCUSDT","lastPrice":"0"}]},"time":1}"#, .malformed),
    ])
    func `an error comes with status 200 and is understood`(
        status: Int,
        body: String,
        expected: ProviderError.Code
    ) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(body, status: status)).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }

    @Test func `an address that asked too much is left alone for half an hour`() async throws {
        let answer = HTTPResponse(status: 403, body: Array("access too frequent".utf8))
        let error = await failure { () throws(ProviderError) in try await provider(answer).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error == ProviderError(.banned, "403", retryAfter: .seconds(1800)))
    }

    @Test(arguments: [
        #"["1700000040000","2","1","3","2","1","1"]"#, #"["1700000040000","1","1","1","1","1"]"#, #"{"a":1}"#,
    ])
    func `an unsound row fails the whole answer`(row: String) async throws {
        let body = #"{"retCode":0,"result":{"symbol":"BTCUSDT","list":[\#(row)]},"time":1}"#
        let query = try #require(candleQuery("BTC-USD"))
        let error = await failure { () throws(ProviderError) in try await provider(json(body)).candles(query) }
        #expect(error?.code == .malformed)
    }

    @Test func `candles of another market are refused`() async throws {
        let query = try #require(candleQuery("BTC-USD"))
        let body = #"{"retCode":0,"result":{"symbol":"ETHUSDT","list":[]},"time":1}"#
        let error = await failure { () throws(ProviderError) in try await provider(json(body)).candles(query) }
        #expect(error?.code == .malformed)
    }

    @Test(arguments: [
        (CandleInterval.oneDay, "D"), (.oneWeek, "W"), (.fourHours, "240"), (.twelveHours, "720"), (.fiveMinutes, "5"),
    ])
    func `intervals are minutes, days and weeks`(interval: CandleInterval, name: String) async throws {
        let transport = ScriptedTransport(json(#"{"retCode":0,"result":{"list":[]},"time":1}"#))
        let query = try #require(candleQuery("BTC-USD", interval: interval))
        _ = try await BybitProvider(transport: transport).candles(query)
        #expect(transport.urls.first?.contains("&interval=\(name)&") == true)
    }
}

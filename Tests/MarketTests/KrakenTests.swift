import Bus
import Domain
import HTTPClient
import Market
import Testing

struct KrakenTests {
    private func provider(_ answer: HTTPResponse) -> KrakenProvider {
        KrakenProvider(transport: ScriptedTransport(answer))
    }

    private let tickers = """
        {"error":[],"result":{"SOLUSD":{"c":["57.12","1.0"],"h":["58.1","59.2"],"l":["55.0","54.5"],"o":"56.0"},\
        "XXBTZUSD":{"a":["37351.1","1","1.000"],"c":["37350.10000","0.0025"],"h":["37400.0","37500.0"],\
        "l":["37000.0","36800.0"],"o":"37100.0"}}}
        """

    @Test func `prices are found under the exchange's own names`() async throws {
        let transport = ScriptedTransport(json(tickers))
        let found = try await KrakenProvider(transport: transport, base: "https://k.test")
            .quotes(quoteQuery("BTC-USD", "SOL-USD")).value
        #expect(transport.urls == ["https://k.test/0/public/Ticker?pair=XBTUSD,SOLUSD"])
        #expect(found.map(\.symbol) == ["XXBTZUSD", "SOLUSD"])
        #expect(found.map(\.price.description) == ["37350.1", "57.12"])
        #expect(found.first?.high24h == Price("37500"))
        #expect(found.first?.low24h == Price("36800"))
    }

    @Test func `no time is told, so the time of asking stands, and no change is made up`() async throws {
        let found = try await provider(json(tickers)).quotes(quoteQuery("BTC-USD")).value
        #expect(found.first?.asOf == recordedAt)
        #expect(found.first?.change24hPercent == nil)
    }

    @Test(arguments: [
        ("EAPI:Rate limit exceeded", ProviderError.Code.rateLimited), ("EQuery:Unknown asset pair", .unknownMarket),
        ("EService:Unavailable", .unavailable), ("EGeneral:Invalid arguments", .rejected),
    ])
    func `a filled list of errors fails although the status is 200`(
        text: String,
        expected: ProviderError.Code
    ) async throws {
        let answer = json(#"{"error":["\#(text)"]}"#)
        let error = await failure { () throws(ProviderError) in try await provider(answer).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }

    @Test func `candles stand under the only key that is not the mark`() async throws {
        let body = """
            {"error":[],"result":{"XXBTZUSD":[[1700000040,"37340.0","37351.0","37339.1","37350.1","37345.2","1.5",21],\
            [1700000100,"37350.1","37352.0","37350.0","37351.9","37351.1","0.5",7]],"last":1700000040}}
            """
        let query = try #require(candleQuery("BTC-USD"))
        let series = try await provider(json(body)).candles(query).value
        #expect(series.symbol == "XXBTZUSD")
        #expect(
            series.candles.map(\.openTime) == [Timestamp(seconds: 1_700_000_040), Timestamp(seconds: 1_700_000_100)]
        )
        #expect(series.candles.first?.volume.description == "1.5")
        #expect(series.candles.first?.close.description == "37350.1")
    }

    @Test(arguments: [
        #"{"error":[],"result":{"last":1}}"#, #"{"error":[],"result":{"A":[],"B":[],"last":1}}"#, #"{"result":{}}"#,
        #"{"error":[],"result":{"A":[[1700000040,"1","1"]],"last":1}}"#, "[]",
    ])
    func `other shapes are refused`(body: String) async throws {
        let query = try #require(candleQuery("BTC-USD"))
        let error = await failure { () throws(ProviderError) in try await provider(json(body)).candles(query) }
        #expect(error?.code == .malformed)
    }

    @Test func `an interval that it does not have is not asked for`() async throws {
        let transport = ScriptedTransport(json("{}"))
        let query = try #require(candleQuery("BTC-USD", interval: .threeMinutes))
        let error = await failure { () throws(ProviderError) in
            try await KrakenProvider(transport: transport).candles(query)
        }
        #expect(error?.code == .unknownMarket)
        #expect(transport.urls.isEmpty)
    }
}

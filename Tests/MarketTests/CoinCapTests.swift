import Bus
import Domain
import HTTPClient
import Market
import Testing

struct CoinCapTests {
    private let assets = """
        {"data":[{"id":"ethereum","rank":"2","symbol":"ETH","name":"Ethereum","marketCapUsd":null,"volumeUsd24Hr":null,
        "priceUsd":"2012.3400000000000000","changePercent24Hr":null},
        {"id":"bitcoin","rank":"1","symbol":"BTC","name":"Bitcoin",
        "marketCapUsd":"730123456789.1234567890123456","volumeUsd24Hr":"22465466214.3528102554480625",
        "priceUsd":"37350.1278729268120594","changePercent24Hr":"-1.7838575668641382"}],"timestamp":1700000060500}
        """

    @Test func `without a key it says what it lacks and asks nobody`() async throws {
        let transport = ScriptedTransport(json(assets))
        let provider = CoinCapProvider(transport: transport)
        #expect(provider.obstacle == "needs a key")
        let query = try #require(candleQuery("BTC-USD"))
        let errors = [
            await failure { () throws(ProviderError) in try await provider.quotes(quoteQuery("BTC-USD")) },
            await failure { () throws(ProviderError) in try await provider.candles(query) },
            await failure { () throws(ProviderError) in try await provider.overview(listQuery()) },
        ]
        #expect(errors == Array(repeating: ProviderError(.notSetUp, "needs a key"), count: 3))
        #expect(transport.urls.isEmpty)
    }

    @Test func `prices come in the order asked for, with all digits and one time`() async throws {
        let transport = ScriptedTransport(json(assets))
        let provider = CoinCapProvider(transport: transport, key: "k", base: "https://c.test")
        let found = try await provider.quotes(quoteQuery("BTC-USD", "ETH-USD")).value
        #expect(provider.obstacle == nil)
        #expect(found.map(\.price.description) == ["37350.1278729268120594", "2012.34"])
        #expect(found.map(\.asOf.milliseconds) == [1_700_000_060_500, 1_700_000_060_500])
        #expect(found.map(\.symbol) == ["bitcoin/USD", "ethereum/USD"])
        #expect(found.map(\.change24hPercent?.description) == ["-1.7838575668641382", nil])
        #expect(transport.urls == ["https://c.test/v3/assets?ids=bitcoin,ethereum"])
        #expect(transport.requests.first?.headers["Authorization"] == "Bearer k")
    }

    @Test func `the largest coins come without the market as a whole, which it does not tell`() async throws {
        let provider = CoinCapProvider(transport: ScriptedTransport(json(assets)), key: "k")
        let overview = try await provider.overview(listQuery(count: 5)).value
        #expect(overview.coins.map(\.rank) == [2, 1])
        #expect(overview.coins.last?.marketCap?.description == "730123456789.1234567890123456")
        #expect(overview.global == nil)
    }

    @Test func `only dollars are known`() async throws {
        let provider = CoinCapProvider(transport: ScriptedTransport(json(assets)), key: "k")
        let error = await failure { () throws(ProviderError) in try await provider.quotes(quoteQuery("BTC-EUR")) }
        #expect(error?.code == .unknownMarket)
    }
}

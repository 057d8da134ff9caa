import Bus
import Domain
import HTTPClient
import Market
import Testing

struct CoinPaprikaTests {
    private let bitcoin = """
        {"id":"btc-bitcoin","name":"Bitcoin","symbol":"BTC","rank":1,"last_updated":"2023-11-14T22:14:10Z",
        "quotes":{"USD":{"price":37350.123456789,"volume_24h":1.5e10,"market_cap":730000000000,
        "percent_change_24h":-0.75}}}
        """
    private let global = """
        {"market_cap_usd":1430000000000,"volume_24h_usd":51000000000.5,"bitcoin_dominance_percentage":51.08,
        "cryptocurrencies_number":9123,"market_cap_change_24h":-1.2,"last_updated":1700000040}
        """

    @Test func `each pair is asked for by id, in its own currency`() async throws {
        let euro = """
            {"id":"eth-ethereum","name":"Ethereum","symbol":"ETH","rank":2,"quotes":{"EUR":{"price":1850.5}}}
            """
        let transport = ScriptedTransport([.success(json(bitcoin)), .success(json(euro))])
        let found = try await CoinPaprikaProvider(transport: transport, base: "https://p.test")
            .quotes(quoteQuery("BTC-USD", "ETH-EUR")).value
        #expect(
            transport.urls == [
                "https://p.test/v1/tickers/btc-bitcoin?quotes=USD", "https://p.test/v1/tickers/eth-ethereum?quotes=EUR",
            ]
        )
        #expect(found.map(\.price.description) == ["37350.123456789", "1850.5"])
        #expect(found.map(\.symbol) == ["btc-bitcoin/USD", "eth-ethereum/EUR"])
        #expect(found.map(\.asOf) == [Timestamp(seconds: 1_700_000_050), recordedAt])
        #expect(found.map(\.change24hPercent?.description) == ["-0.75", nil])
    }

    @Test(arguments: [
        (
            200, #"{"id":"eth-ethereum","name":"E","symbol":"E","quotes":{"USD":{"price":1}}}"#,
            ProviderError.Code.malformed
        ),
        (200, #"{"id":"btc-bitcoin","name":"B","symbol":"B","quotes":{}}"#, .unknownMarket),
        (200, #"{"id":"btc-bitcoin","name":"B","symbol":"B","quotes":{"USD":{"price":null}}}"#, .malformed),
        (404, #"{"error":"id not found"}"#, .unknownMarket), (402, #"{"error":"a paid plan is needed"}"#, .refused),
        (429, #"{"error":"too many requests"}"#, .rateLimited), (200, #"{"error":"too many requests"}"#, .rateLimited),
    ])
    func `another coin, no price and errors are told apart`(
        status: Int,
        body: String,
        expected: ProviderError.Code
    ) async throws {
        let provider = CoinPaprikaProvider(transport: ScriptedTransport(json(body, status: status)))
        let error = await failure { () throws(ProviderError) in try await provider.quotes(quoteQuery("BTC-USD")) }
        #expect(error?.code == expected)
    }

    @Test func `a key goes along to the paid host`() async throws {
        let transport = ScriptedTransport(json(bitcoin))
        _ = try await CoinPaprikaProvider(transport: transport, key: "k").quotes(quoteQuery("BTC-USD"))
        #expect(transport.urls == ["https://api-pro.coinpaprika.com/v1/tickers/btc-bitcoin?quotes=USD"])
        #expect(transport.requests.first?.headers["Authorization"] == "Bearer k")
    }

    @Test func `the first ranks are picked out of all coins, and coins without a rank are none of them`() async throws {
        func coin(_ id: String, rank: Int, price: String = "1") -> String {
            #"{"id":"\#(id)","name":"\#(id)","symbol":"x","rank":\#(rank),"quotes":{"USD":{"price":\#(price)}}}"#
        }
        let list = [
            coin("third", rank: 3), coin("dead", rank: 0), coin("first", rank: 1), coin("fourth", rank: 4),
            #"{"id":"broken"}"#, coin("second", rank: 2, price: "null"), coin("zero", rank: 2, price: "0"),
        ]
        let transport = ScriptedTransport([
            .success(json(global)), .success(json("[" + list.joined(separator: ",\n") + "]")),
        ])
        let overview = try await CoinPaprikaProvider(transport: transport, base: "https://p.test")
            .overview(listQuery(count: 3)).value
        #expect(overview.coins.map(\.id) == ["first", "third"])
        #expect(overview.leftOut == 3)
        #expect(overview.global?.dominancePercent.mapValues(\.description) == ["BTC": "51.08"])
        #expect(overview.global?.marketCap?.description == "1430000000000")
        #expect(overview.global?.asOf == Timestamp(seconds: 1_700_000_040))
        #expect(transport.urls == ["https://p.test/v1/global", "https://p.test/v1/tickers?quotes=USD"])
    }
}

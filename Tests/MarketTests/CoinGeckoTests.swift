import Bus
import Domain
import HTTPClient
import Market
import Testing

struct CoinGeckoTests {
    private func provider(_ answers: HTTPResponse..., access: CoinGeckoAccess = .keyless) -> CoinGeckoProvider {
        CoinGeckoProvider(transport: ScriptedTransport(answers.map { .success($0) }), access: access)
    }

    // MARK: Prices

    @Test func `numbers keep all their digits, down to eleven zeros`() async throws {
        let body = """
            {"pepe":{"usd":7.821066970851871e-11,"usd_24h_change":-1.4135261498153842,"last_updated_at":1700000068},
            "bitcoin":{"usd":76975.123456789012,"usd_24h_change":null,"last_updated_at":1700000070}}
            """
        let found = try await provider(json(body)).quotes(quoteQuery("BTC-USD", "PEPE-USD")).value
        #expect(found.map(\.price.description) == ["76975.123456789012", "0.00000000007821066970851871"])
        #expect(found.map(\.change24hPercent?.description) == [nil, "-1.4135261498153842"])
        #expect(found.map(\.asOf.milliseconds) == [1_700_000_070_000, 1_700_000_068_000])
        #expect(found.map(\.symbol) == ["bitcoin/USD", "pepe/USD"])
    }

    @Test func `coins are asked for by id, in all currencies at once`() async throws {
        let body = #"{"bitcoin":{"usd":2,"eur":1},"ethereum":{"usd":4,"eur":3}}"#
        let transport = ScriptedTransport(json(body))
        let found = try await CoinGeckoProvider(transport: transport, base: "https://g.test/")
            .quotes(quoteQuery("BTC-USD", "ETH-EUR")).value
        #expect(found.map(\.price.description) == ["2", "3"])
        #expect(found.map(\.symbol) == ["bitcoin/USD", "ethereum/EUR"])
        #expect(found.map(\.asOf) == [recordedAt, recordedAt])
        #expect(
            transport.urls == [
                "https://g.test/api/v3/simple/price?ids=bitcoin,ethereum&vs_currencies=eur,usd"
                    + "&include_24hr_change=true&include_last_updated_at=true&precision=full"
            ]
        )
    }

    @Test func `a symbol without an id is not guessed`() async throws {
        let transport = ScriptedTransport(json("{}"))
        let error = await failure { () throws(ProviderError) in
            try await CoinGeckoProvider(transport: transport).quotes(quoteQuery("NOSUCH-USD"))
        }
        #expect(error?.code == .unknownMarket)
        #expect(transport.urls.isEmpty)
    }

    @Test(arguments: [
        ("{}", ProviderError.Code.unknownMarket), (#"{"bitcoin":{}}"#, .unknownMarket),
        (#"{"bitcoin":{"usd":null}}"#, .malformed), (#"{"bitcoin":{"usd":0}}"#, .malformed),
        (#"{"bitcoin":{"usd":"x"}}"#, .malformed), (#"{"bitcoin":{"usd":1,"last_updated_at":-5}}"#, .malformed),
        ("[]", .malformed),
    ])
    func `a miss is not a price`(body: String, expected: ProviderError.Code) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(body)).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }

    @Test func `the coin named status is a coin and no error`() async throws {
        let ids = try #require(CoinIDs(writtenOn: "2026-01-01", ids: ["SNT": "status"]))
        let transport = ScriptedTransport(json(#"{"status":{"usd":0.031}}"#))
        let found = try await CoinGeckoProvider(transport: transport, ids: ids).quotes(quoteQuery("SNT-USD")).value
        #expect(found.map(\.price.description) == ["0.031"])
    }

    @Test func `it has no candles that are of use, and is not asked for any`() async throws {
        let transport = ScriptedTransport(json("[]"))
        let query = try #require(candleQuery("BTC-USD"))
        let error = await failure { () throws(ProviderError) in
            try await CoinGeckoProvider(transport: transport).candles(query)
        }
        #expect(error?.code == .unknownMarket)
        #expect(transport.urls.isEmpty)
    }

    // MARK: Keys and errors

    @Test(
        arguments: [
            (CoinGeckoAccess.keyless, "https://api.coingecko.com/", nil, nil),
            (.demo(key: "k1"), "https://api.coingecko.com/", "x-cg-demo-api-key", "k1"),
            (.pro(key: "k2"), "https://pro-api.coingecko.com/", "x-cg-pro-api-key", "k2"),
        ] as [(CoinGeckoAccess, String, String?, String?)]
    )
    func `a key goes to its own host under its own name`(
        access: CoinGeckoAccess,
        host: String,
        header: String?,
        key: String?
    ) async throws {
        let transport = ScriptedTransport(json(#"{"bitcoin":{"usd":1}}"#))
        _ = try await CoinGeckoProvider(transport: transport, access: access).quotes(quoteQuery("BTC-USD"))
        let request = try #require(transport.requests.first)
        #expect(request.url.hasPrefix(host))
        let keys = request.headers.filter { $0.name.lowercased().hasPrefix("x-cg-") }
        #expect(keys.map(\.name) == (header.map { [$0] } ?? []))
        #expect(keys.map(\.value) == (key.map { [$0] } ?? []))
    }

    @Test func `a key is not printed`() {
        let access = CoinGeckoAccess.pro(key: "very-secret")
        #expect(!"\(access) \(String(reflecting: access))".contains("secret"))
    }

    @Test(arguments: [
        (400, #"{"status":{"error_code":10010,"error_message":"use the pro host"}}"#, ProviderError.Code.refused),
        (400, #"{"error":{"status":{"error_code":10002,"error_message":"API Key Missing"}}}"#, .refused),
        (401, #"{"status":{"error_code":10002,"error_message":"API Key Missing"}}"#, .refused),
        (429, #"{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit."}}"#, .rateLimited),
        (200, #"{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit."}}"#, .rateLimited),
        (400, #"{"error":"Missing parameter vs_currencies"}"#, .rejected), (404, #"{"error":"x"}"#, .unknownMarket),
        (408, "{}", .unavailable), (503, "{}", .unavailable),
    ])
    func `an error body is understood, whatever the status`(
        status: Int,
        body: String,
        expected: ProviderError.Code
    ) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(body, status: status)).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }

    // MARK: Overview

    private let global = """
        {"data":{"active_cryptocurrencies":17123,"markets":1400,"total_market_cap":{"btc":35000000.5,"usd":2.61e12},
        "total_volume":{"usd":98765432101.25},"market_cap_percentage":{"btc":58.4321,"eth":11.2,"odd":-3},
        "market_cap_change_percentage_24h_usd":-0.75,"updated_at":1700000050}}
        """

    @Test func `the largest coins come with the share of the largest`() async throws {
        let coins = """
            [{"id":"bitcoin","symbol":"btc","name":"Bitcoin","current_price":76975,"market_cap":1540000000000,
            "market_cap_rank":1,"total_volume":31234567890.5,"high_24h":77000,"low_24h":75000,
            "price_change_percentage_24h":-1.41,"roi":null,"max_supply":21000000,
            "last_updated":"2023-11-14T22:14:20.123Z"},
            {"id":"tiny","symbol":"tny","name":"Tiny","current_price":1.5e-9,"market_cap":null,"market_cap_rank":null,
            "total_volume":null,"high_24h":null,"low_24h":null,"price_change_percentage_24h":null,"last_updated":null}]
            """
        let transport = ScriptedTransport([.success(json(coins)), .success(json(global))])
        let overview = try await CoinGeckoProvider(transport: transport, base: "https://g.test")
            .overview(listQuery(count: 2)).value
        let first = try #require(overview.coins.first)
        #expect(first.rank == 1)
        #expect(first.symbol == "BTC")
        #expect(first.price.description == "76975")
        #expect(first.marketCap?.description == "1540000000000")
        #expect(first.volume24h?.description == "31234567890.5")
        #expect(first.change24hPercent?.description == "-1.41")
        #expect(first.asOf.milliseconds == 1_700_000_060_123)
        let last = try #require(overview.coins.last)
        #expect(last.price.description == "0.0000000015")
        #expect(last.marketCap == nil)
        #expect(last.rank == nil)
        #expect(last.asOf == recordedAt)
        #expect(overview.leftOut == 0)
        let market = try #require(overview.global)
        #expect(market.marketCap?.description == "2610000000000")
        #expect(market.volume24h?.description == "98765432101.25")
        #expect(market.dominancePercent.mapValues(\.description) == ["BTC": "58.4321", "ETH": "11.2"])
        #expect(market.coinCount == 17_123)
        #expect(market.asOf == Timestamp(seconds: 1_700_000_050))
        #expect(
            transport.urls == [
                "https://g.test/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=2&page=1"
                    + "&sparkline=false&precision=full", "https://g.test/api/v3/global",
            ]
        )
    }

    @Test func `rows that contradict themselves are left out and counted`() async throws {
        let coins = """
            [{"id":"a","symbol":"a","name":"A","current_price":null},
            {"id":"b","symbol":"b","name":"B","current_price":0},
            {"id":"c","symbol":"c","name":"C","current_price":1,"high_24h":1,"low_24h":2},
            {"id":"d","symbol":"d","name":"D","current_price":1,"market_cap":-1},{"symbol":"e"},7,null,
            {"id":"f","symbol":"f","name":"F","current_price":1},{"id":"f","symbol":"f","name":"F","current_price":1}]
            """
        let overview = try await provider(json(coins), json(global)).overview(listQuery()).value
        #expect(overview.coins.map(\.id) == ["f"])
        #expect(overview.leftOut == 8)
    }

    @Test(arguments: ["[]", #"[{"id":"a"}]"#, "{}", #"{"data":[]}"#])
    func `no sound row is no answer`(body: String) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(body), json(global)).overview(listQuery())
        }
        #expect(error?.code == .malformed)
    }

    // MARK: Trending

    @Test func `what people look for keeps its order, and sums dressed up for reading are read`() async throws {
        let body = """
            {"coins":[{"item":{"id":"a-coin","coin_id":1,"name":"A Coin","symbol":"aa","market_cap_rank":321,"score":0,
            "data":{"price":0.00001234,"price_change_percentage_24h":{"btc":1,"usd":12.5},
            "market_cap":"$521,967,819","total_volume":"$1,234.5"}}},
            {"item":{"id":5}},
            {"item":{"id":"b-coin","name":"B","symbol":"bb","market_cap_rank":null,
            "data":{"price":"$0.0<sub>5</sub>1","market_cap":"","total_volume":null}}},
            {"item":{"id":"c-coin","name":"C","symbol":"cc"}}],"nfts":[],"categories":[]}
            """
        let found = try await provider(json(body)).trending(listQuery(count: 2)).value
        #expect(found.coins.map(\.id) == ["a-coin", "b-coin"])
        #expect(found.coins.map(\.place) == [1, 3])
        #expect(found.coins.map(\.symbol) == ["AA", "BB"])
        #expect(found.coins.map(\.price?.description) == ["0.00001234", nil])
        #expect(found.coins.map(\.marketCap?.description) == ["521967819", nil])
        #expect(found.coins.map(\.volume24h?.description) == ["1234.5", nil])
        #expect(found.coins.map(\.change24hPercent?.description) == ["12.5", nil])
        #expect(found.coins.map(\.marketCapRank) == [321, nil])
        #expect(found.leftOut == 1)
        #expect(found.asOf == recordedAt)
    }

    // MARK: Ids

    @Test(arguments: ["Bitcoin", "a/b", "", "a b", "x?y"])
    func `an id that would break an address is none`(id: String) {
        #expect(CoinIDs(writtenOn: "2026-01-01", ids: ["A": id]) == nil)
    }

    @Test func `the lists that come along are sound`() {
        for list in [CoinIDs.coinGecko, .coinPaprika, .coinCap] {
            #expect(list["BTC"] != nil)
            #expect(list["btc"] == nil)
            #expect(Timestamp("\(list.writtenOn)T00:00:00Z") != nil)
        }
    }
}

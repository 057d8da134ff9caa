import Bus
import Domain
import HTTPClient
import Market
import Testing

struct BinanceTests {
    private let tickers = """
        [{"symbol":"ETHUSDT","priceChange":"-12.10","priceChangePercent":"-0.600","lastPrice":"2012.34000000",\
        "highPrice":"2050.00","lowPrice":"1999.90","openTime":1699913670123,"closeTime":1700000070123,"count":77},
        {"symbol":"BTCUSDT","priceChange":"500.10","priceChangePercent":"1.357","lastPrice":"37350.12000000",\
        "highPrice":"37500.00","lowPrice":"36800.00","openTime":1699913670000,"closeTime":1700000070000,"count":99}]
        """

    private func provider(_ answer: HTTPResponse) -> BinanceProvider {
        BinanceProvider(transport: ScriptedTransport(answer))
    }

    @Test func `prices come in the order asked for, exactly, with their own times`() async throws {
        let answer = json(tickers, headers: ["x-mbx-used-weight-1m": "42"])
        let found = try await provider(answer).quotes(quoteQuery("BTC-USD", "ETH-USD"))
        #expect(found.usedWeight == 42)
        #expect(found.value.map(\.symbol) == ["BTCUSDT", "ETHUSDT"])
        #expect(found.value.map(\.price.description) == ["37350.12", "2012.34"])
        #expect(found.value.map(\.asOf.milliseconds) == [1_700_000_070_000, 1_700_000_070_123])
        #expect(found.value.map(\.change24hPercent?.description) == ["1.357", "-0.6"])
        #expect(found.value.first?.high24h == Price("37500"))
    }

    @Test func `the request names every symbol, escaped`() async throws {
        let transport = ScriptedTransport(json(tickers))
        _ = try await BinanceProvider(transport: transport, base: "https://example.test/")
            .quotes(quoteQuery("BTC-USD", "ETH-USD"))
        #expect(
            transport.urls == [
                "https://example.test/api/v3/ticker/24hr?symbols=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D"
            ]
        )
    }

    @Test func `a pair that is missing fails the answer instead of leaving a hole`() async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(tickers)).quotes(quoteQuery("BTC-USD", "SOL-USD"))
        }
        #expect(error?.code == .malformed)
    }

    @Test func `candles are read from rows of twelve`() async throws {
        let rows = """
            [[1700000040000,"37340.00","37351.00","37339.10","37350.12","12.345",1700000099999,"461000.1",321,\
            "6.1","228000.5","0"]]
            """
        let query = try #require(candleQuery("BTC-USD"))
        let series = try await provider(json(rows)).candles(query).value
        let candle = try #require(series.candles.first)
        #expect(series.symbol == "BTCUSDT")
        #expect(candle.openTime == Timestamp(seconds: 1_700_000_040))
        #expect(candle.open.description == "37340")
        #expect(candle.high.description == "37351")
        #expect(candle.low.description == "37339.1")
        #expect(candle.close.description == "37350.12")
        #expect(candle.volume.description == "12.345")
    }

    @Test(arguments: [
        #"[[1700000040000,"2","1","3","2","1",1,"1",1,"1","1","0"]]"#,
        #"[[1700000040000,"1","1","1","1","-1",1,"1",1,"1","1","0"]]"#,
        #"[[1700000041000,"1","1","1","1","1",1,"1",1,"1","1","0"]]"#,
        #"[[1700000040000,"0","0","0","0","1",1,"1",1,"1","1","0"]]"#,
        #"[[1700000040000,"1","1","1","1","1"]]"#,
        #"[[1700000040000,null,"1","1","1","1",1,"1",1,"1","1","0"]]"#,
        #"[[1700000040000,"x","1","1","1","1",1,"1",1,"1","1","0"]]"#,
        #"[[1700000100000,"1","1","1","1","1",1,"1",1,"1","1","0"],[1700000040000,"1","1","1","1","1",1,"1",1,"1","1","0"]]"#,
        #"[{"openTime":1}]"#, "[", "[1]", #"{"data":[]}"#,
    ])
    func `an unsound row fails the whole answer`(body: String) async throws {
        let query = try #require(candleQuery("BTC-USD"))
        let error = await failure { () throws(ProviderError) in try await provider(json(body)).candles(query) }
        #expect(error?.code == .malformed)
    }

    @Test(arguments: [
        (400, -1121, ProviderError.Code.unknownMarket), (400, -1120, .unknownMarket), (400, -1100, .rejected),
        (200, -1003, .rateLimited), (400, -1003, .rateLimited), (400, -1007, .unavailable),
    ])
    func `an error body is understood, whatever the status`(
        status: Int,
        code: Int,
        expected: ProviderError.Code
    ) async throws {
        let answer = json(#"{"code":\#(code),"msg":"Invalid."}"#, status: status)
        let error = await failure { () throws(ProviderError) in try await provider(answer).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }

    @Test func `a ban tells how long it lasts`() async throws {
        let answer = json("{}", status: 418, headers: ["Retry-After": "120"])
        let error = await failure { () throws(ProviderError) in try await provider(answer).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error == ProviderError(.banned, "418", retryAfter: .seconds(120)))
    }

    @Test(arguments: [
        ("7", Duration.seconds(7)), (" 7 ", .seconds(7)), ("Tue, 14 Nov 2023 22:14:40 GMT", .milliseconds(9500)),
        ("Tue, 14 Nov 2023 22:14:00 GMT", .zero), ("99999999999999999999999", .seconds(259_200)),
    ])
    func `the wait may be seconds or a date`(header: String, wait: Duration) async throws {
        let answer = page(status: 429, headers: ["Retry-After": header])
        let error = await failure { () throws(ProviderError) in try await provider(answer).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == wait)
    }

    @Test(arguments: ["soon", "", "-1", "Tue, 99 Foo 2023 22:14:40 GMT"])
    func `a wait that cannot be read is none`(header: String) async throws {
        let answer = page(status: 429, headers: ["Retry-After": header])
        let error = await failure { () throws(ProviderError) in try await provider(answer).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == nil)
    }

    @Test(arguments: [
        (200, ProviderError.Code.malformed), (403, .refused), (451, .refused), (502, .unavailable), (404, .malformed),
    ])
    func `a web page is no answer, least of all with status 200`(
        status: Int,
        expected: ProviderError.Code
    ) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(page(status: status)).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }

    @Test(arguments: [
        (HTTPClientError.Code.resolveFailed, ProviderError.Code.unreachable), (.connectTimeout, .timedOut),
        (.totalTimeout, .timedOut), (.hostRefused, .notAllowed), (.bodyTooLarge, .malformed), (.cancelled, .cancelled),
    ])
    func `what the network does is told apart`(
        code: HTTPClientError.Code,
        expected: ProviderError.Code
    ) async throws {
        let provider = BinanceProvider(transport: ScriptedTransport([.failure(HTTPClientError(code))]))
        let error = await failure { () throws(ProviderError) in try await provider.quotes(quoteQuery("BTC-USD")) }
        #expect(error?.code == expected)
    }

    // MARK: Limits

    @Test func `the exchange's own limits of weight are read, and those of orders and requests are not`() async throws {
        let body = """
            {"timezone":"UTC","rateLimits":[
            {"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":1200},
            {"rateLimitType":"REQUEST_WEIGHT","interval":"DAY","intervalNum":2,"limit":500000},
            {"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":100},
            {"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":6100}],"symbols":[]}
            """
        let transport = ScriptedTransport(json(body, headers: ["X-MBX-USED-WEIGHT-1M": "21"]))
        let found = try await BinanceProvider(transport: transport, base: "https://b.test")
            .exchangeAllowance(quoteQuery("ETH-USD"))
        #expect(transport.urls == ["https://b.test/api/v3/exchangeInfo?symbol=ETHUSDT"])
        #expect(found.usedWeight == 21)
        #expect(
            found.value
                == WeightAllowance([.perMinute(1200), RateWindow(limit: 500_000, length: .seconds(172_800))])
        )
        let limited = BinanceProvider(transport: transport, allowance: found.value)
        #expect(limited.allowance == found.value)
    }

    @Test(arguments: [
        (200, #"{"rateLimits":[]}"#, ProviderError.Code.malformed), (200, "{}", .malformed), (200, "[]", .malformed),
        (
            200, #"{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"ERA","intervalNum":1,"limit":5}]}"#,
            .malformed
        ),
        (
            200, #"{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"DAY","intervalNum":0,"limit":5}]}"#,
            .malformed
        ),
        (400, #"{"code":-1121,"msg":"Invalid symbol."}"#, .unknownMarket),
    ])
    func `limits that make no sense are none`(status: Int, body: String, expected: ProviderError.Code) async throws {
        let error = await failure { () throws(ProviderError) in
            try await provider(json(body, status: status)).exchangeAllowance(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == expected)
    }

    @Test func `weights used are told for every window that is named`() async throws {
        let answer = json(
            tickers,
            headers: [
                "X-MBX-USED-WEIGHT-1D": "900", "x-mbx-used-weight-1m": "42", "X-MBX-USED-WEIGHT-10S": "7",
                "X-MBX-USED-WEIGHT-1W": "1", "X-MBX-USED-WEIGHT-M": "2", "X-MBX-USED-WEIGHT-1H": "many",
                "X-MBX-USED-WEIGHT": "3", "X-MBX-ORDER-COUNT-1M": "4",
            ]
        )
        let found = try await provider(answer).quotes(quoteQuery("BTC-USD"))
        #expect(
            found.uses == [
                WeightUse(length: .seconds(10), used: 7), WeightUse(length: .seconds(60), used: 42),
                WeightUse(length: .seconds(86_400), used: 900),
            ]
        )
    }

    @Test(arguments: [200, 400, 418, 429])
    func `a ban says in words until when it lasts`(status: Int) async throws {
        let text = #"{"code":-1003,"msg":"Way too many requests; IP banned until 1700000190500. Use the websocket."}"#
        let error = await failure { () throws(ProviderError) in
            try await provider(json(text, status: status)).quotes(quoteQuery("BTC-USD"))
        }
        #expect(error?.code == .banned)
        #expect(error?.retryAfter == .seconds(120))
    }

    @Test func `of two ends of a ban the later one holds, up to the longest known`() async throws {
        let header = json(
            #"{"code":-1003,"msg":"IP banned until 1700000190500."}"#,
            status: 418,
            headers: ["Retry-After": "300"]
        )
        let longer = await failure { () throws(ProviderError) in
            try await provider(header).quotes(quoteQuery("BTC-USD"))
        }
        #expect(longer?.retryAfter == .seconds(300))
        let forever = json(#"{"code":-1003,"msg":"IP banned until 1900000000000."}"#, status: 418)
        let longest = await failure { () throws(ProviderError) in
            try await provider(forever).quotes(quoteQuery("BTC-USD"))
        }
        #expect(longest?.retryAfter == .seconds(259_200))
    }

    @Test(arguments: [(1, 2), (20, 2), (21, 40), (100, 40), (101, 80)])
    func `many prices weigh more`(pairs: Int, weight: Int) {
        #expect(provider(json("[]")).quoteWeight(pairs: pairs) == weight)
    }
}

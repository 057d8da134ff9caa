import Bus
import Domain
import HTTPClient
import Market
import TestKit
import Testing

/// One question to one provider.
struct ProviderQuestion: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let ask: @Sendable (any HTTPTransport, String) async throws(ProviderError) -> Void

    init(
        _ testDescription: String,
        _ ask: @escaping @Sendable (any HTTPTransport, String) async throws(ProviderError) -> Void
    ) {
        self.testDescription = testDescription
        self.ask = ask
    }

    /// Whatever there is to ask of anybody.
    static let all: [ProviderQuestion] =
        markets.flatMap { [prices($0.name, $0.make), candles($0.name, $0.make)].compactMap { $0 } } + lists

    private typealias Make = @Sendable (any HTTPTransport, String) -> any MarketProvider

    private static let markets: [(name: String, make: Make)] = [
        ("binance", { BinanceProvider(transport: $0, base: $1) }),
        ("kraken", { KrakenProvider(transport: $0, base: $1) }),
        ("coinbase", { CoinbaseProvider(transport: $0, base: $1) }),
        ("coingecko", { CoinGeckoProvider(transport: $0, base: $1) }),
        ("coinpaprika", { CoinPaprikaProvider(transport: $0, base: $1) }),
        ("coincap", { CoinCapProvider(transport: $0, key: "k", base: $1) }),
        ("bybit", { BybitProvider(transport: $0, base: $1) }),
        ("hyperliquid", { HyperliquidProvider(transport: $0, base: $1) }),
    ]

    private static func prices(_ name: String, _ make: @escaping Make) -> ProviderQuestion {
        ProviderQuestion("\(name): prices") { transport, base throws(ProviderError) in
            _ = try await make(transport, base).quotes(quoteQuery("BTC-USD"))
        }
    }

    /// `nil` for those that have none.
    private static func candles(_ name: String, _ make: @escaping Make) -> ProviderQuestion? {
        guard !name.hasPrefix("coin") || name == "coinbase", let query = candleQuery("BTC-USD") else { return nil }
        return ProviderQuestion("\(name): candles") { transport, base throws(ProviderError) in
            _ = try await make(transport, base).candles(query)
        }
    }

    private static let lists: [ProviderQuestion] = [
        ProviderQuestion("binance: limits") { transport, base throws(ProviderError) in
            _ = try await BinanceProvider(transport: transport, base: base).exchangeAllowance(quoteQuery("BTC-USD"))
        },
        ProviderQuestion("coingecko: overview") { transport, base throws(ProviderError) in
            _ = try await CoinGeckoProvider(transport: transport, base: base).overview(listQuery())
        },
        ProviderQuestion("coingecko: trending") { transport, base throws(ProviderError) in
            _ = try await CoinGeckoProvider(transport: transport, base: base).trending(listQuery())
        },
        ProviderQuestion("coinpaprika: overview") { transport, base throws(ProviderError) in
            _ = try await CoinPaprikaProvider(transport: transport, base: base).overview(listQuery())
        },
        ProviderQuestion("coincap: overview") { transport, base throws(ProviderError) in
            _ = try await CoinCapProvider(transport: transport, key: "k", base: base).overview(listQuery())
        },
        ProviderQuestion("hyperliquid: perpetuals") { transport, base throws(ProviderError) in
            _ = try await HyperliquidProvider(transport: transport, base: base).perpetuals(listQuery())
        },
        ProviderQuestion("defillama: protocols") { transport, base throws(ProviderError) in
            _ = try await DefiLlamaProvider(transport: transport, base: base).protocols(listQuery())
        },
        ProviderQuestion("defillama: history") { transport, base throws(ProviderError) in
            _ = try await DefiLlamaProvider(transport: transport, base: base)
                .tvlHistory(TVLQuery(chain: nil, count: 30, now: recordedAt, limit: .seconds(4)))
        },
        ProviderQuestion("alternative: fear and greed") { transport, base throws(ProviderError) in
            _ = try await AlternativeProvider(transport: transport, base: base).fearGreed(listQuery())
        },
    ]
}

/// An answer that nobody can use.
struct BadAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let response: HTTPResponse
    let code: ProviderError.Code
    var retryAfter: Duration?

    static let all: [BadAnswer] = [
        BadAnswer(testDescription: "no JSON", response: json("{nonsense"), code: .malformed),
        BadAnswer(testDescription: "half a list", response: json(#"[{"symbol":"BTCUSDT","lastP"#), code: .malformed),
        BadAnswer(testDescription: "half an object", response: json(#"{"error":[],"result":{"X"#), code: .malformed),
        BadAnswer(testDescription: "nothing", response: json(""), code: .malformed),
        BadAnswer(testDescription: "white space", response: json(" \r\n\t "), code: .malformed),
        BadAnswer(testDescription: "a text", response: json(#""ok""#), code: .malformed),
        BadAnswer(testDescription: "null", response: json("null"), code: .malformed),
        BadAnswer(
            testDescription: "not UTF-8",
            response: bytes([0x5B, 0x22, 0xFF, 0xC0, 0x22, 0x5D]),
            code: .malformed
        ),
        BadAnswer(testDescription: "deeper than anybody reads", response: json(deep), code: .malformed),
        BadAnswer(testDescription: "a page with status 200", response: page(), code: .malformed),
        BadAnswer(
            testDescription: "a list as plain text",
            response: bytes([0x5B, 0x5D], "text/plain"),
            code: .malformed
        ),
        BadAnswer(testDescription: "an empty answer with 204", response: HTTPResponse(status: 204), code: .malformed),
        BadAnswer(testDescription: "a redirect", response: HTTPResponse(status: 302), code: .malformed),
        BadAnswer(testDescription: "401", response: page(status: 401), code: .refused),
        BadAnswer(testDescription: "402", response: page(status: 402), code: .refused),
        BadAnswer(testDescription: "403", response: page(status: 403), code: .refused),
        BadAnswer(testDescription: "408", response: page(status: 408), code: .unavailable),
        BadAnswer(testDescription: "451", response: page(status: 451), code: .refused),
        BadAnswer(testDescription: "500", response: json("{}", status: 500), code: .unavailable),
        BadAnswer(
            testDescription: "503 with a wait",
            response: page(status: 503, headers: ["Retry-After": "30"]),
            code: .unavailable,
            retryAfter: .seconds(30)
        ),
        BadAnswer(testDescription: "429", response: json("{}", status: 429), code: .rateLimited),
        BadAnswer(
            testDescription: "429 with seconds",
            response: page(status: 429, headers: ["Retry-After": "7"]),
            code: .rateLimited,
            retryAfter: .seconds(7)
        ),
        BadAnswer(
            testDescription: "429 with a date",
            response: json("null", status: 429, headers: ["retry-after": "Tue, 14 Nov 2023 22:14:40 GMT"]),
            code: .rateLimited,
            retryAfter: .milliseconds(9500)
        ),
        BadAnswer(
            testDescription: "418",
            response: json("{}", status: 418, headers: ["Retry-After": "120"]),
            code: .banned,
            retryAfter: .seconds(120)
        ),
    ]

    private static let deep = String(repeating: "[", count: 100_000)

    private static func bytes(_ body: [UInt8], _ type: String = "application/json") -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["Content-Type": type], body: body)
    }
}

/// What holds for every question to every provider.
struct ProviderContractTests {
    @Test(arguments: ProviderQuestion.all, BadAnswer.all)
    func `an answer that nobody can use is a failure of its kind`(question: ProviderQuestion, bad: BadAnswer) async {
        let transport = ScriptedTransport(bad.response)
        let error = await failure { () throws(ProviderError) in try await question.ask(transport, "https://x.test") }
        #expect(error?.code == bad.code)
        #expect(error?.retryAfter == bad.retryAfter)
        #expect(transport.urls.count == 1)
    }

    @Test(arguments: ProviderQuestion.all, ["{}", "[{}]", "[null]", #"{"data":{}}"#, #"{"data":[null]}"#])
    func `another shape than agreed is no answer`(question: ProviderQuestion, body: String) async {
        let error = await failure { () throws(ProviderError) in
            try await question.ask(ScriptedTransport(json(body)), "https://x.test")
        }
        #expect(error != nil)
    }

    @Test(arguments: ProviderQuestion.all)
    func `a note about a quota with status 200 is no answer`(question: ProviderQuestion) async {
        let note = json(#"{"Information":"Our standard rate limit is 25 requests per day."}"#)
        let error = await failure { () throws(ProviderError) in
            try await question.ask(ScriptedTransport(note), "https://x.test")
        }
        let exchanges = ["binance", "kraken", "coinbase"]
        // Exchanges have ways of their own to say it; to them this is nonsense.
        let isExchange = exchanges.contains { question.testDescription.hasPrefix($0) }
        #expect(error?.code == (isExchange ? .malformed : .rateLimited))
    }

    @Test(arguments: ProviderQuestion.all)
    func `what the network does is told apart`(question: ProviderQuestion) async {
        let codes: [(HTTPClientError.Code, ProviderError.Code)] = [
            (.resolveFailed, .unreachable), (.totalTimeout, .timedOut), (.hostRefused, .notAllowed),
            (.bodyTooLarge, .malformed), (.cancelled, .cancelled),
        ]
        for (code, expected) in codes {
            let transport = ScriptedTransport([.failure(HTTPClientError(code))])
            let error = await failure { () throws(ProviderError) in try await question.ask(transport, "https://x.test")
            }
            #expect(error?.code == expected)
        }
    }

    @Test func `names are of use as such, and allowances leave room for a question`() {
        let transport = ScriptedTransport(json("{}"))
        let providers: [any DataProvider] = [
            BinanceProvider(transport: transport), KrakenProvider(transport: transport),
            CoinbaseProvider(transport: transport), CoinGeckoProvider(transport: transport),
            CoinPaprikaProvider(transport: transport), CoinCapProvider(transport: transport),
            BybitProvider(transport: transport), HyperliquidProvider(transport: transport),
            DefiLlamaProvider(transport: transport), AlternativeProvider(transport: transport),
        ]
        #expect(Set(providers.map(\.name)).count == providers.count)
        for provider in providers {
            #expect(provider.name.allSatisfy { $0.isLowercase })
            var budget = WeightBudget(provider.allowance)
            let weight = (provider as? any MarketProvider).map { max($0.quoteWeight(pairs: 3), $0.candleWeight) } ?? 1
            #expect(budget.take(weight, at: recordedAt) == nil)
        }
    }
}

/// The same over real connections.
@Suite(.timeLimit(.minutes(1)))
struct ProviderConnectionTests {
    private func ask(_ question: ProviderQuestion, _ reply: LoopbackReply) async throws -> ProviderError? {
        let server = try LoopbackHTTPServer { _ in reply }
        var config = HTTPClientConfig()
        config.allowedHosts = [server.authority]
        let http = try CurlTransport(config: config)
        let error = await failure { () throws(ProviderError) in try await question.ask(http, server.url("")) }
        await http.shutdown()
        return error
    }

    @Test(arguments: ProviderQuestion.all)
    func `a body without an end is given up`(question: ProviderQuestion) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[\""
        let endless = LoopbackReply([.send(Array(head.utf8)), .flood(bytes: 1 << 30), .close])
        #expect(try await ask(question, endless)?.code == .malformed)
    }

    @Test(arguments: ProviderQuestion.all)
    func `a body that breaks off is no answer`(question: ProviderQuestion) async throws {
        #expect(try await ask(question, .dropInBody("[")) != nil)
        #expect(try await ask(question, .drop)?.code == .unreachable)
        #expect(try await ask(question, .raw("SSH-2.0-OpenSSH\r\n")) != nil)
    }
}

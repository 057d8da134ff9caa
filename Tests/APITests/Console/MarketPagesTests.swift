import Bus
import Domain
import HTTPClient
import Testing

@testable import API

@Suite(.timeLimit(.minutes(1))) struct MarketPagesTests {
    private let browser: HTTPHeaders = ["accept": "text/html"]
    private let start = Timestamp(seconds: 1_799_990_000)

    private func candle(_ hour: Int, _ figures: (Int, Int, Int, Int), isForming: Bool = false) -> CandlesAnswer.Entry {
        let (open, high, low, close) = figures
        return CandlesAnswer.Entry(
            Candle(
                openTime: start.advanced(by: .seconds(hour * 3600)),
                interval: .oneHour,
                open: Price(ExactDecimal(open)),
                high: Price(ExactDecimal(high)),
                low: Price(ExactDecimal(low)),
                close: Price(ExactDecimal(close)),
                volume: ExactDecimal(3)
            ),
            isForming: isForming
        )
    }

    private func market(
        _ source: String = "kraken",
        providers: [MarketProviderAnswer] = [],
        pools: [PoolAnswer] = []
    ) -> ConsoleMarket {
        let candles = [
            candle(0, (10, 30, 5, 20)), candle(1, (20, 25, 8, 9)), candle(3, (9, 12, 9, 12), isForming: true),
        ]
        return ConsoleMarket(
            pairs: { ["BTC-USD", "ETH-USD"].compactMap { TradingPair($0) } },
            candles: { (pair, interval, count) throws(APIError) in
                guard pair.base == "BTC" else {
                    throw APIError(unanswered: [ProviderReason(provider: "kraken", reason: "timed out")])
                }
                return Fresh(
                    CandlesAnswer(
                        pair: pair,
                        symbol: "XBTUSD \(count)",
                        interval: interval,
                        candles: candles,
                        gaps: [
                            MissingCandles(from: candles[1].openTime, to: candles[2].openTime, missing: 1)
                        ]
                    ),
                    Freshness(
                        source: source,
                        asOf: ConsoleSample.now,
                        isCached: true,
                        age: .seconds(1),
                        isStale: true
                    )
                )
            },
            providers: { providers },
            pools: { pools }
        )
    }

    @Test func `the chart draws every candle to scale, and leaves gaps`() async throws {
        var sample = ConsoleSample()
        sample.prices = [("BTC-USD", "64250.12", "kraken", 2)]
        try await sample.serving(market: market()) { ask in
            let page = String(
                decoding: try await ask(.get, "/markets?pair=BTC-USD&interval=4h", browser).body,
                as: UTF8.self
            )
            #expect(page.components("<rect") == 3 && page.components("candle up") == 1)
            #expect(page.components("candle down") == 1 && page.components("candle forming") == 1)
            // Four hours wide, of which the third is empty.
            #expect(page.contains("x1=\"100.0\" x2=\"100.0\"") && page.contains("x1=\"300.0\" x2=\"300.0\""))
            #expect(page.contains("x1=\"700.0\" x2=\"700.0\"") && !page.contains("x1=\"500.0\" x2=\"500.0\""))
            #expect(page.contains("candles of 4h") && page.contains("kraken (XBTUSD 60)") && page.contains(">stale<"))
            #expect(page.contains("highest 30, lowest 5, last 12") && page.contains("1 candles are missing"))
            #expect(page.contains("64,250.12") && page.contains("<option value=\"4h\" selected>"))
        }
    }

    @Test func `whatever is asked for, only what is followed is shown`() async throws {
        try await ConsoleSample().serving(market: market(ConsoleSample.hostile)) { ask in
            for query in ["", "?pair=DOGE-USD", "?pair=%3Cscript%3E&interval=7y"] {
                let answer = try await ask(.get, "/markets\(query)", browser)
                let page = String(decoding: answer.body, as: UTF8.self)
                #expect(answer.status == 200 && page.contains("BTC/USD, candles of 1h"))
                #expect(!page.contains("<img src=x"))
            }
            let silent = String(decoding: try await ask(.get, "/markets?pair=ETH-USD", browser).body, as: UTF8.self)
            #expect(silent.contains("cannot be shown now") && silent.contains("kraken: timed out"))
        }
    }

    @Test func `providers stand with status, limits and why they are away`() async throws {
        let pool = PoolAnswer(
            id: "mine",
            name: ConsoleSample.hostile,
            category: .exchange,
            strategy: .fastestResponse,
            origin: .created,
            members: [],
            order: [],
            steppedBack: []
        )
        let providers = [
            ProviderSample.provider("first", .rateLimited, pools: ["mine"]),
            ProviderSample.provider("second", .unavailable, pools: []),
        ]
        try await ConsoleSample().serving(market: market(providers: providers, pools: [pool])) { ask in
            #expect(try await ask(.get, "/providers").status == 401)
            let viewer = ["authorization": "Bearer viewer/read", "accept": "text/html"] as HTTPHeaders
            let page = String(decoding: try await ask(.get, "/providers", viewer).body, as: UTF8.self)
            #expect(page.contains("rate limited") && page.contains("3 of 4 in 60 s") && page.contains("needs a key"))
            #expect(page.contains("fastest response") && page.contains("12 ms") && page.contains("50 %"))
            #expect(!page.contains("<img src=x"))
        }
    }

    @Test func `where all prices are the same they stand in the middle`() {
        let scale = CandleScale([candle(0, (5, 5, 5, 5))])
        #expect(scale.y(5) == CandleScale.height / 2 && scale.step == CandleScale.plotWidth)
    }
}

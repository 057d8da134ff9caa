import Bus
import Domain
import FoundationEssentials
import Jobs
import MarketHistory
import TestKit
import Testing
import Threading

@testable import Daemon

/// How often somebody was asked.
private final class QuestionCount: Sendable {
    private let state = Mutex(0)

    var value: Int { state.withLock { $0 } }
    func add() { state.withLock { $0 += 1 } }
}

/// An exchange that has the hours of a stretch, except some, and counts the questions.
private final class HourlyExchange: Sendable {
    let first: Timestamp
    let count: Int
    private let asked = QuestionCount()
    private let server: LoopbackHTTPServer

    /// - Throws: when there is no port to be had.
    init(first: Timestamp, count: Int, lacks: Set<Int>) throws {
        self.first = first
        self.count = count
        server = try LoopbackHTTPServer { [asked] request in
            asked.add()
            let fields = request.target.split(separator: "?").last?.split(separator: "&") ?? []
            func number(_ name: String) -> Int64? {
                fields.first { $0.hasPrefix("\(name)=") }.flatMap { Int64($0.dropFirst(name.count + 1)) }
            }
            let (since, limit) = (number("startTime") ?? 0, number("limit") ?? 500)
            let rows = (0..<count).filter { !lacks.contains($0) }.compactMap { hour -> String? in
                let open = first.advanced(by: .seconds(3600 * hour)).milliseconds
                guard open >= since else { return nil }
                return "[\(open),\"10\",\"12\",\"9\",\"11\",\"\(hour)\",\(open + 3_599_999),\"1\",1,\"1\",\"1\",\"0\"]"
            }
            return .json("[\(rows.prefix(Int(limit)).joined(separator: ","))]")
        }
    }

    var url: String { server.url("") }
    var questions: Int { asked.value }

    func time(_ hour: Int) -> Timestamp { first.advanced(by: .seconds(3600 * hour)) }

    func candle(_ hour: Int) -> Candle {
        Candle(
            openTime: time(hour),
            interval: .oneHour,
            open: Price(ExactDecimal(10)),
            high: Price(ExactDecimal(12)),
            low: Price(ExactDecimal(9)),
            close: Price(ExactDecimal(11)),
            volume: ExactDecimal(hour)
        )
    }
}

extension StationJobContract {
    private static let settings = """
        pairs = ["BTC-USD"]
        providers = ["binance"]
        [market.history]
        intervals = ["1h"]
        backfill_pause_seconds = 0
        """

    /// The last twelve hours that are told for good.
    private static func exchange(lacks: Set<Int> = []) throws -> HourlyExchange {
        let settled = CandleInterval.oneHour.start(of: Timestamp.now.advanced(by: .zero - CandleQuestion.settlingTime))
        let first = settled.advanced(by: .seconds(-12 * 3600))
        return try HourlyExchange(first: first, count: 12, lacks: lacks)
    }

    private static func hours(_ bench: JobBench, _ exchange: HourlyExchange) async throws -> [Candle] {
        let pair = try #require(TradingPair("BTC-USD"))
        let range = exchange.time(0)..<exchange.time(exchange.count)
        return try await bench.records.candles.candles(of: pair, .oneHour, in: range, limit: 100).rows.map(\.candle)
    }

    private static func backfill(_ exchange: HourlyExchange, source: String? = nil) throws -> String {
        let job = BackfillCandles(
            pair: try #require(TradingPair("BTC-USD")),
            interval: .oneHour,
            from: exchange.time(0),
            to: exchange.time(exchange.count),
            source: source
        )
        return String(decoding: try EventCodec.encode(job), as: UTF8.self)
    }

    static let candles: [Check] = [
        Check(name: "hours that are missing are asked for, and asked for again as long as nobody has them") {
            contract in
            let exchange = try exchange(lacks: [5])
            try await contract.with(settings, ["binance": exchange.url]) { bench in
                let pair = try #require(TradingPair("BTC-USD"))
                let name = CandleSeriesName(pair: pair, interval: .oneHour, source: "binance")
                let kept = (0..<12).filter { ![3, 5, 7, 8].contains($0) }
                _ = try await bench.records.candles.save(kept.map(exchange.candle), of: name)
                #expect(try await bench.run("fill-candle-gaps") == .said(#"{"found":3}"#))
                #expect(exchange.questions == 3)
                let all = (0..<12).filter { $0 != 5 }.map(exchange.candle)
                #expect(try await hours(bench, exchange) == all)
                #expect(try await bench.run("fill-candle-gaps") == .said(#"{"found":0}"#))
                #expect(exchange.questions == 4)
            }
        },
        Check(name: "where nobody tells the missing candles now, the job ends well and its next time tries again") {
            contract in
            let exchange = try exchange()
            try await contract.with(settings) { bench in
                let pair = try #require(TradingPair("BTC-USD"))
                let name = CandleSeriesName(pair: pair, interval: .oneHour, source: "binance")
                _ = try await bench.records.candles.save([0, 2].map(exchange.candle), of: name)
                #expect(try await bench.run("fill-candle-gaps") == .said(#"{"found":0}"#))
                #expect(try await hours(bench, exchange) == [0, 2].map(exchange.candle))
            }
        },
        Check(name: "a backfill brings all that there is, and a second one asks nothing") { contract in
            let exchange = try exchange(lacks: [2, 3])
            try await contract.with(settings, ["binance": exchange.url]) { bench in
                let payload = try backfill(exchange)
                #expect(try await bench.run(BackfillCandles.kind, payload: payload) == .completed(result: nil))
                let all = (0..<12).filter { ![2, 3].contains($0) }.map(exchange.candle)
                #expect(try await hours(bench, exchange) == all)
                let asked = exchange.questions
                #expect(try await bench.run(BackfillCandles.kind, payload: payload) == .completed(result: nil))
                #expect(exchange.questions == asked)
            }
        },
        Check(name: "a backfill that nobody answers is put off, and one that makes no sense is given up") { contract in
            let exchange = try exchange()
            try await contract.with(settings) { bench async throws in
                func kind(_ payload: String) async -> JobError.Kind? {
                    (await bench.failure(BackfillCandles.kind, payload: payload) as? JobError)?.kind
                }
                #expect(try await kind(backfill(exchange)) == .throttled(retryAfter: .seconds(30)))
                #expect(try await kind(backfill(exchange, source: "nobody")) == .permanent)
                #expect(await kind(#"{"pair":7}"#) == .permanent)
                #expect(try await hours(bench, exchange).isEmpty)
            }
        },
        Check(name: "while recorded candles are played nobody is asked, and nothing is kept") { contract in
            let folder = try TemporaryFolder()
            let exchange = try exchange()
            let file = folder.path("BTCUSDT_1h.csv")
            let rows = "1672531200000,1,2,1,2,5\n1672534800000,2,3,2,3,5\n1672538400000,3,4,3,4,5\n"
            try rows.write(toFile: file, atomically: true, encoding: .utf8)
            try await contract.with("replay = \"\(file)\"\n\(settings)", ["binance": exchange.url]) { bench in
                let skipped = JobOutcome.said(#"{"skipped":"recorded candles are played"}"#)
                for kind in ["fill-candle-gaps", "store-prices", "store-defi"] {
                    #expect(try await bench.run(kind) == skipped)
                }
                let failure = await bench.failure(BackfillCandles.kind, payload: try backfill(exchange))
                #expect((failure as? JobError)?.kind == .permanent)
                #expect(exchange.questions == 0)
            }
        },
    ]
}

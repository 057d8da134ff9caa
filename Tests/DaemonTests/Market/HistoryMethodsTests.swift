import Bus
import BusZeroMQ
import Domain
import JSON
import Jobs
import Market
import MarketHistory
import Testing

@testable import Daemon

/// What is kept of the markets, over the control interface.
struct HistoryMethodsTests {
    /// The bench's clock stands here.
    private static let hour = CandleInterval.oneHour.start(of: Timestamp(seconds: 1_790_000_000))

    private static func candle(_ hoursAgo: Int) throws -> Candle {
        Candle(
            openTime: hour.advanced(by: .seconds(-3600 * hoursAgo)),
            interval: .oneHour,
            open: Price(ExactDecimal(10)),
            high: Price(ExactDecimal(12)),
            low: Price(ExactDecimal(9)),
            close: Price(ExactDecimal(11)),
            volume: ExactDecimal(hoursAgo)
        )
    }

    private func bench(replayed: Bool = false) async throws -> (MethodBench, CandleRepository) {
        let bench = try await MethodBench { store, _, _, now in
            HistoryMethods(
                candles: CandleRepository(store: store, now: now),
                queue: JobQueue(store: store),
                providers: { replayed ? nil : ["binance", "kraken"] },
                now: now
            ).all
        }
        return (bench, CandleRepository(store: bench.store, now: { Timestamp(seconds: 1_790_000_000) }))
    }

    @Test func `candles and gaps are told to viewers`() async throws {
        let (bench, candles) = try await bench()
        let pair = try #require(TradingPair("BTC-USD"))
        let name = CandleSeriesName(pair: pair, interval: .oneHour, source: "binance")
        _ = try await candles.save([10, 9, 8, 5, 4].map { try Self.candle($0) }, of: name)
        let day = Self.hour.advanced(by: .seconds(-36_000))
        try await candles.noteAsked(day..<Self.hour.advanced(by: .seconds(-4 * 3600)), of: name)
        let history = try await bench.call(
            "market.history",
            ["pair": "btc-usd", "interval": "1h", "limit": 5],
            as: .viewer
        )
        // As many hours back as candles are wanted.
        #expect(history["candles"]?.array?.map { $0["volume"]?.string } == ["4"] && history["more"] == false)
        let all = try await bench.call(
            "market.history",
            ["pair": "BTC-USD", "interval": "1h", "from": .string("\(day)")],
            as: .viewer
        )
        #expect(all["candles"]?.array?.map { $0["volume"]?.string } == ["10", "9", "8", "5", "4"])
        #expect(all["candles"]?[0]?["source"] == "binance" && all["more"] == false)
        let gaps = try await bench.call(
            "market.gaps",
            ["pair": "BTC-USD", "interval": "1h", "from": .string("\(day)")],
            as: .viewer
        )
        #expect(gaps["expected"] == 10 && gaps["asked"] == 6)
        #expect(gaps["gaps"]?.array?.map { $0["missing"]?.int } == [2, 3])
        #expect(gaps["gaps"]?.array?.map { $0["asked"]?.bool } == [true, false])
    }

    @Test func `a backfill is begun once, and tells how far it has got`() async throws {
        let (bench, candles) = try await bench()
        let from = Self.hour.advanced(by: .seconds(-36_000))
        let params: [String: JSONValue] = ["pair": "BTC-USD", "interval": "1h", "from": .string("\(from)")]
        #expect(await bench.failure("market.backfill", params, as: .viewer) != nil)
        let begun = try await bench.call("market.backfill", params, as: .operator)
        #expect(begun["isNew"] == true && begun["expected"] == 10)
        let again = try await bench.call("market.backfill", params, as: .operator)
        #expect(again["isNew"] == false && again["id"] == begun["id"])
        let pair = try #require(TradingPair("BTC-USD"))
        let name = CandleSeriesName(pair: pair, interval: .oneHour, source: "kraken")
        try await candles.noteAsked(from..<from.advanced(by: .seconds(3 * 3600)), of: name)
        let id = try #require(begun["id"])
        let found = try await bench.call("market.backfills", ["id": id], as: .viewer)
        let backfill = found["backfills"]?[0]
        #expect(backfill?["state"] == "available" && backfill?["done"] == 3 && backfill?["expected"] == 10)
        #expect(backfill?["source"] == .null && backfill?["error"] == .null)
        #expect(try await bench.call("market.backfills", [:], as: .viewer)["backfills"]?.array?.count == 1)
    }

    @Test(
        arguments: [
            (["pair": "BTC"], "pair"), (["pair": "BTC-USD"], "from"),
            (["pair": "BTC-USD", "from": "yesterday"], "from"),
            (["pair": "BTC-USD", "from": "2026-01-02", "to": "2026-01-01"], "from"),
            (["pair": "BTC-USD", "from": "2026-01-01", "interval": "7m"], "interval"),
            (["pair": "BTC-USD", "from": "2026-01-01", "source": "nobody"], "source"),
            (["pair": "BTC-USD", "from": "2190-01-01"], "from"), (["pair": "BTC-USD", "from": "1971-01-01"], "from"),
        ] as [([String: JSONValue], String)]
    )
    func `what cannot be brought is refused by its field`(params: [String: JSONValue], field: String) async throws {
        let (bench, _) = try await bench()
        let failure = await bench.failure("market.backfill", params, as: .operator)
        #expect(failure?.code == JSONRPCError.badParameters(field, "").code)
        #expect(failure?.data["field"]?.string == field, "\(failure as Any)")
    }

    @Test func `while recorded candles are played nothing is brought`() async throws {
        let (bench, _) = try await bench(replayed: true)
        let params: [String: JSONValue] = ["pair": "BTC-USD", "from": "2026-01-01"]
        #expect(await bench.failure("market.backfill", params, as: .operator)?.message.contains("recorded") == true)
    }
}

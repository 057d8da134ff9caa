import Bus
import Domain
import Glibc
import MarketHistory
import Store
import StorePostgres

/// Measures the history of markets on one database, and prints one line of JSON.
///
/// Usage: `HistoryBench DATABASE CANDLES`. The database is `sqlite:FILE` or `postgres:HOST:PORT:NAME:USER`: empty, or as
/// this program has left it with as many candles, which are not made again then. The candles are hourly ones of four hundred
/// series, a thousand at a time in turn; then come reads of thirty days, the same candles again, single candles as they
/// close, and prices.
@main
struct HistoryBench {
    private static let seriesCount = 400
    private static let batchCount = 1000

    private let store: any Storage
    private let candles: CandleRepository
    private let prices: PriceRepository
    private let rounds: Int
    private var figures: [(String, Double)] = []

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]), count >= seriesCount * batchCount else {
            print("usage: HistoryBench sqlite:FILE|postgres:HOST:PORT:NAME:USER CANDLES")
            exit(64)
        }
        let store = try await open(arguments[1])
        var bench = HistoryBench(store, rounds: count / (seriesCount * batchCount))
        try await bench.run()
        await store.close()
        print("{\"bench\":\"history\",\(bench.figures.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}")
    }

    private static func open(_ place: String) async throws -> any Storage {
        let parts = place.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let bus = try EventBus(types: EventCatalogue.all)
        switch (parts.first, parts.count) {
        case ("sqlite", 2):
            // As shipped: what was acknowledged is on the disk.
            return try await SQLiteStore.open(SQLiteConfig(path: parts[1]), bus: bus)
        case ("postgres", 5):
            guard let port = UInt16(parts[2]) else { break }
            let config = PostgresConfig(host: parts[1], port: port, database: parts[3], user: parts[4])
            return try await PostgresStore.open(config, bus: bus)
        default: break
        }
        print("not a database: \(place)")
        exit(64)
    }

    private init(_ store: any Storage, rounds: Int) {
        self.store = store
        self.rounds = rounds
        candles = CandleRepository(store: store, now: { .now })
        prices = PriceRepository(store: store, now: { .now })
    }

    private mutating func run() async throws {
        let series = (0..<HistoryBench.seriesCount).compactMap { number in
            TradingPair("C\(number)-USD").map { CandleSeriesName(pair: $0, interval: .oneHour, source: "binance") }
        }
        if try await candles.newest(of: series[series.count - 1]) == lastHour {
            note("candles", Double(rounds * series.count * HistoryBench.batchCount))
        } else {
            try await measureSaving(series)
            try await measureSize()
        }
        try await measureReading(series)
        try await measureSavingAgain(series)
        try await measureSingles()
        try await measurePrices()
    }

    /// When the last candle of each series opens.
    private var lastHour: Timestamp { CandleWalk.time(rounds * HistoryBench.batchCount - 1) }

    private mutating func note(_ name: String, _ value: Double) { figures.append((name, value)) }

    // MARK: Candles

    private mutating func measureSaving(_ series: [CandleSeriesName]) async throws {
        var walks = series.indices.map { CandleWalk(seed: UInt64($0)) }
        var longest = Duration.zero
        let start = ContinuousClock.now
        for _ in 0..<rounds {
            for place in series.indices {
                let batch = walks[place].next(HistoryBench.batchCount)
                let began = ContinuousClock.now
                _ = try await candles.save(batch, of: series[place])
                longest = max(longest, .now - began)
            }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let count = Double(rounds * series.count * HistoryBench.batchCount)
        note("candles", count)
        note("candles_per_s", count / seconds)
        note("longest_save_ms", longest / .milliseconds(1))
    }

    /// The tables and their indexes, as far as they are written.
    private mutating func measureSize() async throws {
        let size = SQL(
            sqlite: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            postgres: "SELECT pg_total_relation_size('ohlcv')"
        )
        let bytes = try await store.query(size).first?.first?.integer ?? 0
        note("bytes_per_candle", Double(bytes) / Double(rounds * HistoryBench.seriesCount * HistoryBench.batchCount))
    }

    private mutating func measureReading(_ series: [CandleSeriesName]) async throws {
        var random = SplitMix64(state: 7)
        for (name, order) in [("newest", RowOrder.newestFirst), ("oldest", .oldestFirst)] {
            var waits: [Duration] = []
            for _ in 0..<500 {
                let first = Int.random(in: 0...(rounds * HistoryBench.batchCount - 720), using: &random)
                let one = series[Int.random(in: series.indices, using: &random)]
                let began = ContinuousClock.now
                let page = try await candles.candles(
                    of: one,
                    in: CandleWalk.time(first)..<CandleWalk.time(first + 720),
                    order,
                    limit: 720
                )
                waits.append(.now - began)
                guard page.rows.count == 720 else { throw BenchError("\(page.rows.count) rows instead of 720") }
            }
            waits.sort()
            note("read_720_\(name)_p50_ms", waits[250] / .milliseconds(1))
            note("read_720_\(name)_p95_ms", waits[475] / .milliseconds(1))
            note("read_720_\(name)_p99_ms", waits[495] / .milliseconds(1))
        }
        try await measurePages(series)
        let began = ContinuousClock.now
        for one in series { _ = try await candles.newest(of: one) }
        note("newest_ms", (ContinuousClock.now - began) / .milliseconds(1) / Double(series.count))
        let gaps = ContinuousClock.now
        let all = CandleWalk.time(0)..<CandleWalk.time(rounds * HistoryBench.batchCount)
        let missing = try await candles.gaps(of: series[0], in: all)
        guard missing.gaps.isEmpty else { throw BenchError("there are gaps") }
        note("gaps_of_a_series_ms", (ContinuousClock.now - gaps) / .milliseconds(1))
    }

    /// What `GET /api/ohlcv/history` reads for a page: the candles of all sources, and what is missing among them.
    private mutating func measurePages(_ series: [CandleSeriesName]) async throws {
        var random = SplitMix64(state: 8)
        var waits: [Duration] = []
        for _ in 0..<500 {
            let first = Int.random(in: 0...(rounds * HistoryBench.batchCount - 720), using: &random)
            let range = CandleWalk.time(first)..<CandleWalk.time(first + 720)
            let pair = series[Int.random(in: series.indices, using: &random)].pair
            let began = ContinuousClock.now
            let page = try await candles.candles(of: pair, .oneHour, in: range, preferring: ["binance"])
            let holes = try await candles.holes(of: pair, .oneHour, in: range)
            waits.append(.now - began)
            guard page.rows.count == 720, holes.holes.isEmpty else { throw BenchError("not the whole page") }
        }
        waits.sort()
        note("page_720_p50_ms", waits[250] / .milliseconds(1))
        note("page_720_p95_ms", waits[475] / .milliseconds(1))
    }

    private mutating func measureSavingAgain(_ series: [CandleSeriesName]) async throws {
        var walk = CandleWalk(seed: 0)
        let again = min(rounds, 20)
        let start = ContinuousClock.now
        for _ in 0..<again {
            let report = try await candles.save(walk.next(HistoryBench.batchCount), of: series[0])
            guard report.unchanged == HistoryBench.batchCount else { throw BenchError("\(report)") }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        note("known_candles_per_s", Double(again * HistoryBench.batchCount) / seconds)
    }

    /// Candles of a hundred series as they close: each is a unit of its own, all at once.
    private mutating func measureSingles() async throws {
        let series = (0..<100).compactMap { number in
            TradingPair("S\(number)-USD").map { CandleSeriesName(pair: $0, interval: .oneHour, source: "binance") }
        }
        var walk = CandleWalk(seed: 9)
        let hours = walk.next(60)
        let (candles, start) = (candles, ContinuousClock.now)
        for candle in hours {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for one in series {
                    // The actor of each market stores its own.
                    group.addTask { _ = try await candles.save([candle], of: one) }
                }
                try await group.waitForAll()
            }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        note("single_candles_per_s", Double(series.count * hours.count) / seconds)
    }

    // MARK: Prices

    private mutating func measurePrices() async throws {
        let pairs = (0..<100).compactMap { TradingPair("P\($0)-USD") }
        let start = ContinuousClock.now
        var random = SplitMix64(state: 3)
        for round in 0..<200 {
            let batch = (0..<1000).map { number in
                PriceObservation(
                    pair: pairs[number % pairs.count],
                    source: "binance",
                    price: Price(
                        ExactDecimal(significand: Int128(Int.random(in: 1...9_999_999, using: &random)), scale: 2)
                    ),
                    asOf: CandleWalk.time(0).advanced(by: .seconds(300) * (round * 10 + number / pairs.count))
                )
            }
            _ = try await prices.append(batch)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        note("prices_per_s", 200_000 / seconds)
        let began = ContinuousClock.now
        for pair in pairs { _ = try await prices.last(of: pair) }
        note("last_price_ms", (ContinuousClock.now - began) / .milliseconds(1) / Double(pairs.count))
    }
}

/// Candles with as many digits as an exchange's: a price that wanders, with cents, and a volume with five places.
struct CandleWalk {
    private var random: SplitMix64
    private var cents = 6_425_012
    private var hour = 0

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    /// Hours since the beginning of the century.
    static func time(_ hour: Int) -> Timestamp { Timestamp(seconds: 946_684_800 + Int64(hour) * 3600) }

    mutating func next(_ count: Int) -> [Candle] { (0..<count).map { _ in next() } }

    private mutating func next() -> Candle {
        let open = cents
        cents = max(100_000, cents + Int.random(in: -20_000...20_000, using: &random))
        let high = max(open, cents) + Int.random(in: 0...9000, using: &random)
        let low = min(open, cents) - Int.random(in: 0...9000, using: &random)
        defer { hour += 1 }
        func price(_ cents: Int) -> Price { Price(ExactDecimal(significand: Int128(cents), scale: 2)) }
        return Candle(
            openTime: CandleWalk.time(hour),
            interval: .oneHour,
            open: price(open),
            high: price(high),
            low: price(low),
            close: price(cents),
            volume: ExactDecimal(
                significand: Int128(Int.random(in: 1_000_000...300_000_000, using: &random)),
                scale: 5
            )
        )
    }
}

/// A bench that did not do what it measures.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

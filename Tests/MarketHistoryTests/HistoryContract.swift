import Bus
import Domain
import MarketHistory
import Store
import TestKit
import Testing

/// What market history has to do on every engine, as checks that an engine's own tests run one by one.
struct HistoryContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    private let openEngine: Open

    /// - Parameter open: how to open the engine. Each check needs a database of its own.
    init(open: @escaping Open) { openEngine = open }

    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (HistoryBench) async throws -> Void
        var testDescription: String { name }
    }

    func run(_ check: Check) async throws {
        let time = ManualTime()
        let bus = try EventBus(types: [ProviderCandidateProposed.self], now: { time.now })
        let bench = HistoryBench(store: try await openEngine(bus, { time.now }), time: time)
        try await check.run(bench)
        await bench.store.close()
    }

    static let checks =
        candles + gaps + coverage + prices + thinning + archive + defi + news + calls + proposals + growth
}

/// The repositories over one store, with a clock that the test sets.
struct HistoryBench: Sendable {
    let store: any Storage
    let time: ManualTime
    let candles: CandleRepository
    let prices: PriceRepository
    let defi: DefiRepository
    let news: NewsRepository
    let calls: ProviderCallRepository
    let proposals: ProposalRepository

    init(store: any Storage, time: ManualTime) {
        self.store = store
        self.time = time
        candles = CandleRepository(store: store, now: { time.now })
        prices = PriceRepository(store: store, now: { time.now })
        defi = DefiRepository(store: store, now: { time.now })
        news = NewsRepository(store: store, now: { time.now })
        calls = ProviderCallRepository(store: store)
        proposals = ProposalRepository(store: store, now: { time.now })
    }

    /// Rows of a table.
    func count(_ table: String) async throws -> Int {
        let rows = try await store.query(SQL(stringLiteral: "SELECT count(*) FROM \(table)"))
        return rows.first?.first?.int ?? -1
    }
}

/// What the checks store.
enum Sample {
    static let bitcoin = pair("BTC-USD")
    /// Its price has been below zero.
    static let oil = pair("WTI-USD")
    static let hourly = CandleSeriesName(pair: bitcoin, interval: .oneHour, source: "binance")

    /// The hour before which a thousand hours have passed when the checks begin.
    static let firstHour = Timestamp(seconds: 1_786_399_200)

    static func hour(_ number: Int) -> Timestamp { firstHour.advanced(by: .seconds(3600) * number) }

    static func hours(_ range: Range<Int>) -> Range<Timestamp> { hour(range.lowerBound)..<hour(range.upperBound) }

    static func pair(_ text: String) -> TradingPair {
        guard let pair = TradingPair(text) else { preconditionFailure("not a pair: \(text)") }
        return pair
    }

    static func decimal(_ text: String) -> ExactDecimal {
        guard let number = ExactDecimal(text) else { preconditionFailure("not a number: \(text)") }
        return number
    }

    static func price(_ text: String) -> Price { Price(decimal(text)) }

    static func candle(
        _ hour: Int,
        open: String = "100",
        high: String = "110.5",
        low: String = "99.25",
        close: String = "105",
        volume: String = "12.345",
        interval: CandleInterval = .oneHour
    ) -> Candle {
        Candle(
            openTime: self.hour(hour),
            interval: interval,
            open: price(open),
            high: price(high),
            low: price(low),
            close: price(close),
            volume: decimal(volume)
        )
    }

    static func candles(_ hours: Range<Int>) -> [Candle] { hours.map { candle($0) } }

    static func time(_ text: String) -> Timestamp {
        guard let time = Timestamp(text) else { preconditionFailure("not a time: \(text)") }
        return time
    }

    static func observation(
        _ price: String,
        at time: Timestamp,
        pair: TradingPair = bitcoin,
        source: String = "binance"
    ) -> PriceObservation {
        PriceObservation(pair: pair, source: source, price: self.price(price), asOf: time)
    }
}

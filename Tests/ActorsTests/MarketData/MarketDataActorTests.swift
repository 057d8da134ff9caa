import Actors
import Bus
import Domain
import Market
import TestKit
import Testing
import Threading

@Suite(.timeLimit(.minutes(1)))
struct MarketDataActorTests {
    private let time = TestTime()
    private let bus: EventBus
    private let board = MarketBoard()

    init() throws { bus = try EventBus(types: EventCatalogue.all, ids: UUIDv7Generator(seed: 1), now: time.now) }

    private func chain(_ providers: [SwitchedProvider]) -> MarketSource {
        MarketSource(providers: providers, stopwatch: time.questionStopwatch, now: time.now, seed: 1)
    }

    private func actor(_ feed: MarketDataActor.Feed, context: ActorContext? = nil) -> MarketDataActor {
        let pairs = ["BTC-USD", "ETH-USD"].compactMap { TradingPair($0) }
        return MarketDataActor(
            context: context ?? ActorContext(incarnation: Incarnation(of: "market")),
            parts: MarketDataActor.Parts(
                bus: bus,
                feed: feed,
                board: board,
                settings: { MarketDataSettings(pairs: pairs) },
                stopwatch: time.stopwatch,
                now: time.now,
                logger: quietLogger
            )
        )
    }

    @Test func `prices of all pairs and closed candles are published with their source`() async throws {
        let chain = chain([SwitchedProvider("first")])
        let prices = try bus.subscribe(to: PriceTicked.self, as: "test")
        let candles = try bus.subscribe(to: CandleClosed.self, as: "test")
        try await whileRunning(actor(.live { chain })) {
            let found = await prices.take(2)
            #expect(found.map(\.payload.pair.text) == ["BTC-USD", "ETH-USD"])
            #expect(found.map(\.payload.source) == ["first", "first"])
            #expect(found.map(\.payload.asOf) == [testStart, testStart])
            #expect(found.map(\.header.source) == ["market", "market"])
            let closed = await candles.take(2)
            #expect(closed.map(\.payload.candle.closeTime) == [testStart, testStart])
        }
        let status = board.status(at: testStart, staleAfter: .seconds(30))
        #expect(status.source == "first")
        #expect(!status.stale)
    }

    @Test func `it is ready without waiting for the network`() async throws {
        let clock = time.clock
        let ready = Atomic(false)
        let context = ActorContext(
            incarnation: Incarnation(of: "market"),
            onReady: { ready.store(clock.sleeperCount == 0, ordering: .releasing) }
        )
        let down = SwitchedProvider("first", error: ProviderError(.unreachable))
        let chain = chain([down])
        try await whileRunning(actor(.live { chain }, context: context)) { await clock.waitForSleepers(1) }
        let wasReady = ready.load(ordering: .acquiring)
        #expect(wasReady)
    }

    @Test func `with the network down it says so once, keeps running and asks less and less`() async throws {
        let provider = SwitchedProvider("first", error: ProviderError(.unreachable))
        let chain = chain([provider])
        let sources = try bus.subscribe(to: MarketSourceChanged.self, as: "test")
        try await whileRunning(actor(.live { chain })) {
            let first = await sources.take(1)
            #expect(first.first?.payload.source == nil)
            #expect(first.first?.payload.reason == "no provider answers (first unreachable)")
            // Ten minutes at one question every five seconds would be 120.
            while time.now() < testStart.advanced(by: .seconds(600)) { await time.step() }
            #expect(provider.asked > 5)
            #expect(provider.asked < 40)
            #expect(board.status(at: time.now(), staleAfter: .seconds(30)).stale)
        }
        #expect(bus.sequences(prefix: "market.source.changed").map(\.seq) == [1])
        #expect(bus.sequences(prefix: "market.price.").isEmpty)
    }

    @Test func `when the network comes back so do the prices`() async throws {
        let provider = SwitchedProvider("first", error: ProviderError(.unreachable))
        let chain = chain([provider])
        let sources = try bus.subscribe(to: MarketSourceChanged.self, as: "test", limit: 1)
        let prices = try bus.subscribe(to: PriceTicked.self, as: "test")
        try await whileRunning(actor(.live { chain })) {
            _ = await sources.take(1)
            provider.fail(with: nil)
            let clock = time.clock
            async let found = prices.take(1)
            async let changed = sources.take(1)
            repeat {
                await time.step()
                await clock.waitForSleepers(1)
            } while board.status(at: time.now(), staleAfter: .seconds(30)).source == nil
            #expect(await found.first?.payload.source == "first")
            #expect(await changed.first?.payload.source == "first")
            #expect(ManualClock.Instant.zero.duration(to: clock.now) <= .seconds(10))
        }
    }

    @Test func `a fallback is told with the reason`() async throws {
        let first = SwitchedProvider("first", error: ProviderError(.timedOut))
        let chain = chain([first, SwitchedProvider("second")])
        let sources = try bus.subscribe(to: MarketSourceChanged.self, as: "test")
        try await whileRunning(actor(.live { chain })) {
            let changed = await sources.take(1).first?.payload
            #expect(changed?.source == "second")
            #expect(changed?.reason == "first timed out")
        }
    }

    @Test func `a reload that shuts the old network client down is no outage`() async throws {
        let old = chain([SwitchedProvider("old", error: ProviderError(.cancelled))])
        let new = chain([SwitchedProvider("new")])
        let rounds = Steps()
        let sources = try bus.subscribe(to: MarketSourceChanged.self, as: "test")
        let feed = MarketDataActor.Feed.live {
            rounds.add()
            // Each round asks twice: for the prices and for the candles.
            return rounds.count <= 2 ? old : new
        }
        try await whileRunning(actor(feed)) {
            async let changed = sources.take(1)
            while rounds.count < 4 { await time.step() }
            #expect(await changed.first?.payload.source == "new")
        }
        #expect(bus.sequences(prefix: "market.source.changed").map(\.seq) == [1])
    }

    @Test func `a restart tells no candle twice`() async throws {
        let chain = chain([SwitchedProvider("first")])
        for number in UInt64(1)...2 {
            let steps = Steps()
            let context = ActorContext(
                incarnation: Incarnation(of: "market", number: number),
                onProgress: { steps.add() }
            )
            // It reports once after the prices and once after the candles.
            try await whileRunning(actor(.live { chain }, context: context)) {
                while steps.count < 2 { await Task.yield() }
            }
        }
        #expect(bus.sequences(prefix: "market.candle.").map(\.seq) == [1, 1])
    }

    @Test func `what a stream tells is not asked for, and its candle is told in place of an answer`() async throws {
        let chain = chain([SwitchedProvider("first")])
        let pair = try #require(TradingPair("BTC-USD"))
        let price = Price(ExactDecimal(7))
        let prices = try bus.subscribe(to: PriceTicked.self, as: "test")
        let candles = try bus.subscribe(to: CandleClosed.self, as: "test")
        board.update { desk in
            let quote = Quote(pair: pair, symbol: "BTCUSDT", price: price, asOf: testStart)
            _ = desk.streamed(quote, by: "binance", order: ["binance"], at: testStart)
        }
        let candle = Candle(
            openTime: testStart,
            interval: .oneMinute,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: ExactDecimal(1)
        )
        let series = CandleSeries(pair: pair, symbol: "BTCUSDT", interval: .oneMinute, candles: [candle])
        board.update { $0.offer(series, by: "binance", order: ["binance"], at: testStart) }
        try await whileRunning(actor(.live { chain })) {
            #expect(await prices.take(1).map(\.payload.pair.text) == ["ETH-USD"])
            // The newest ones, which nobody has seen in a stream.
            #expect(await candles.take(2).map(\.payload.source) == ["first", "first"])
            async let next = candles.take(2)
            while time.now() < testStart.advanced(by: .seconds(70)) { await time.step() }
            let told = await next.map { "\($0.payload.pair) \($0.payload.source) \($0.payload.candle.close)" }
            #expect(told == ["BTC-USD binance 7", "ETH-USD first 100"])
        }
    }

    @Test func `an incarnation that is shut out publishes nothing more`() async throws {
        let incarnation = Incarnation(of: "market")
        incarnation.fence()
        let chain = chain([SwitchedProvider("first")])
        let actor = actor(.live { chain }, context: ActorContext(incarnation: incarnation))
        await #expect(throws: FencedError.self) { try await actor.run() }
        #expect(bus.sequences(prefix: "market.").isEmpty)
    }

    // MARK: Replay

    private func feed(_ speed: ReplaySpeed) throws -> ReplayFeed {
        let rows = """
            timestamp,open,high,low,close,volume
            2022-03-03 13:00:00,43000,43100,42900,43050.5,12
            2022-03-03 14:00:00,43050.5,43200,43000,43150,10
            2022-03-03 16:00:00,43150,43300,43100,43299.99,9
            """
        return ReplayFeed(track: try CandleFile.parse(rows, name: "BTCUSDT_1h.csv"), speed: speed)
    }

    @Test func `a replay carries its source, its own times and its gaps`() async throws {
        let feed = try feed(.max)
        let candles = try bus.subscribe(to: CandleClosed.self, as: "test")
        let gaps = try bus.subscribe(to: CandleGapFound.self, as: "test")
        let sources = try bus.subscribe(to: MarketSourceChanged.self, as: "test")
        try await whileRunning(actor(.replay(feed))) {
            let played = await candles.take(3).map(\.payload)
            #expect(played.map(\.source) == Array(repeating: "replay:BTCUSDT_1h.csv", count: 3))
            #expect(played.map(\.candle.close.description) == ["43050.5", "43150", "43299.99"])
            #expect(played.first?.asOf == Timestamp("2022-03-03T14:00:00Z"))
            #expect(await gaps.take(1).first?.payload.missing == 1)
            while board.status(at: time.now(), staleAfter: .seconds(30)).source != nil { await Task.yield() }
            #expect(await sources.take(1).first?.payload.reason == "the candle file has ended")
        }
        let latest = bus.snapshot(prefix: "market.price.").compactMap { $0.payload as? PriceTicked }
        #expect(latest.map(\.isReplayed) == [true])
        #expect(latest.map(\.price) == [Price("43299.99")])
    }

    @Test func `at sixty times life an hour takes a minute`() async throws {
        let feed = try feed(.times(60))
        let candles = try bus.subscribe(to: CandleClosed.self, as: "test")
        try await whileRunning(actor(.replay(feed))) {
            _ = await candles.take(1)
            #expect(ManualClock.Instant.zero.duration(to: time.clock.now) == .zero)
            async let second = candles.take(1)
            while time.clock.now.offset < .seconds(60) { await time.step() }
            #expect(await second.count == 1)
            #expect(time.clock.now.offset == .seconds(60))
        }
    }

    @Test func `a restart goes on in the file where it was`() async throws {
        let feed = try feed(.times(60))
        let candles = try bus.subscribe(to: CandleClosed.self, as: "test")
        try await whileRunning(actor(.replay(feed))) {
            _ = await candles.take(1)
            await time.clock.waitForSleepers(1)
        }
        let context = ActorContext(incarnation: Incarnation(of: "market", number: 2))
        try await whileRunning(actor(.replay(feed), context: context)) {
            async let second = candles.take(1)
            while time.clock.now.offset < .seconds(60) { await time.step() }
            #expect(await second.first?.payload.candle.close == Price("43150"))
        }
    }
}

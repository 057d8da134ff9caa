import Actors
import Bus
import Domain
import Market
import TestKit
import Testing
import Threading

/// Connections that a test makes, feeds and cuts.
private final class TestTransport: StreamTransport {
    final class Line: StreamLine {
        let address: String
        private let receive: @Sendable ([UInt8]) -> Void
        private let state = Mutex<(sent: [String], ending: StreamEnding?)>(([], nil))
        private let ender: AsyncStream<StreamEnding>.Continuation

        init(
            _ address: String,
            _ receive: @escaping @Sendable ([UInt8]) -> Void,
            _ ender: AsyncStream<StreamEnding>.Continuation
        ) {
            self.address = address
            self.receive = receive
            self.ender = ender
        }

        var sent: [String] { state.withLock { $0.sent } }
        func send(_ text: String) { state.withLock { $0.sent.append(text) } }
        func close() { end(StreamEnding("closed by us")) }
        func say(_ message: String) { receive(Array(message.utf8)) }
        func end(_ ending: StreamEnding) { ender.yield(ending) }
    }

    private let lines: AsyncStream<Line>
    private let teller: AsyncStream<Line>.Continuation
    /// With which every attempt ends at once, while it is set.
    let failure = Mutex<StreamEnding?>(nil)
    let attempts = Mutex(0)

    init() { (lines, teller) = AsyncStream.makeStream(of: Line.self, bufferingPolicy: .bufferingOldest(100)) }

    /// The next connection that is made.
    func next() async -> Line? {
        for await line in lines { return line }
        return nil
    }

    func run(
        _ address: String,
        opened: @escaping @Sendable (any StreamLine) -> Void,
        receive: @escaping @Sendable ([UInt8]) -> Void
    ) async -> StreamEnding {
        attempts.withLock { $0 += 1 }
        if let failure = failure.withLock({ $0 }) { return failure }
        let (endings, ender) = AsyncStream.makeStream(of: StreamEnding.self, bufferingPolicy: .bufferingOldest(1))
        let line = Line(address, receive, ender)
        opened(line)
        teller.yield(line)
        for await ending in endings { return ending }
        return StreamEnding("given up")
    }
}

@Suite(.timeLimit(.minutes(1)))
struct MarketStreamsActorTests {
    private let time = TestTime()
    private let bus: EventBus
    private let board = MarketBoard()
    private let streams = StreamBoard()
    private let transport = TestTransport()
    private let wanted = Wanted()

    /// The exchanges that the settings name.
    private final class Wanted: Sendable {
        let names = Mutex(["binance"])
    }

    init() throws { bus = try EventBus(types: EventCatalogue.all, ids: UUIDv7Generator(seed: 1), now: time.now) }

    private func actor(_ context: ActorContext? = nil) -> MarketStreamsActor {
        let pairs = ["BTC-USD"].compactMap { TradingPair($0) }
        return MarketStreamsActor(
            context: context ?? ActorContext(incarnation: Incarnation(of: "market-streams")),
            parts: MarketStreamsActor.Parts(
                bus: bus,
                board: board,
                streams: streams,
                transport: transport,
                settings: { [wanted] in
                    MarketStreamsSettings(
                        exchanges: wanted.names.withLock { $0 }.map { .init(name: $0, address: "ws://\($0)") },
                        pairs: pairs
                    )
                },
                stopwatch: time.stopwatch,
                now: time.now,
                seed: 1,
                logger: quietLogger
            )
        )
    }

    private func ticker(_ price: String) -> String {
        #"{"e":"24hrTicker","E":\#(time.now().milliseconds),"s":"BTCUSDT","c":"\#(price)","P":"1.5","h":"9","l":"1"}"#
    }

    /// Moves the time on, second by second, until it is so.
    private func step(until isSo: () -> Bool) async { while !isSo() { await time.step() } }

    private func phase() -> StreamStanding.Phase? { streams.standings.first?.phase }

    @Test func `prices come onto the bus, and are not asked for meanwhile`() async throws {
        let prices = try bus.subscribe(to: PriceTicked.self, as: "test")
        let sources = try bus.subscribe(to: MarketSourceChanged.self, as: "test")
        let pair = try #require(TradingPair("BTC-USD"))
        try await whileRunning(actor()) {
            let line = try #require(await transport.next())
            #expect(line.address == "ws://binance" && line.sent == BinanceStream.requests(for: [pair]))
            #expect(phase() == .subscribing)
            line.say(#"{"result":null,"id":1}"#)
            #expect(phase() == .live)
            line.say(ticker("101.5"))
            let tick = try #require(await prices.take(1).first?.payload)
            #expect(tick.price == Price("101.5") && tick.source == "binance")
            #expect(tick.change24hPercent?.description == "1.5")
            #expect(await sources.take(1).first?.payload.reason == "binance's stream is live")
            #expect(board.update { $0.pairsToPoll(of: [pair], at: time.now()) }.isEmpty)
            let standing = try #require(streams.standings.first)
            #expect(standing.messages == 2 && standing.lastMessageAt == time.now() && standing.lastError == nil)
        }
        #expect(board.update { $0.pairsToPoll(of: [pair], at: time.now()) } == [pair])
    }

    @Test func `a connection that is cut is made anew, later and later`() async throws {
        let pair = try #require(TradingPair("BTC-USD"))
        try await whileRunning(actor()) {
            let line = try #require(await transport.next())
            line.say(ticker("100"))
            transport.failure.withLock { $0 = StreamEnding("nobody there") }
            line.end(StreamEnding("the connection was cut"))
            await step { transport.attempts.withLock { $0 } == 6 }
            // At once after the cut, whatever the price was.
            #expect(board.update { $0.pairsToPoll(of: [pair], at: testStart) } == [pair])
            #expect(testStart.duration(to: time.now()) >= .seconds(15))
            #expect(streams.standings.first?.lastError == "nobody there")
            transport.failure.withLock { $0 = nil }
            async let next = transport.next()
            await step { phase() == .subscribing }
            try #require(await next).say(ticker("102"))
            #expect(phase() == .live && streams.standings.first?.reconnects == 6)
            #expect(board.tick(of: pair)?.tick.price == Price("102"))
        }
    }

    @Test func `a stream that falls silent is begun anew`() async throws {
        try await whileRunning(actor()) {
            let line = try #require(await transport.next())
            line.say(ticker("100"))
            async let next = transport.next()
            await step { streams.standings.first?.reconnects == 1 }
            _ = try #require(await next)
            #expect(streams.standings.first?.lastError == "silent for 20.0 seconds")
            #expect(testStart.duration(to: time.now()) > .seconds(20))
        }
    }

    @Test func `garbage is counted, and what comes after it is heard`() async throws {
        let prices = try bus.subscribe(to: PriceTicked.self, as: "test")
        try await whileRunning(actor()) {
            let line = try #require(await transport.next())
            for message in ["", "<html>", "[1,2", #"{"e":"trade"}"#, String(repeating: "[", count: 5000)] {
                line.say(message)
            }
            line.say(ticker("7"))
            #expect(await prices.take(1).first?.payload.price == Price("7"))
            let standing = try #require(streams.standings.first)
            #expect(standing.malformed == 5 && standing.messages == 1)
            #expect(standing.lastError?.hasPrefix("malformed: ") == true)
        }
    }

    @Test func `whole candles are offered to whoever tells them, and lost trades are counted`() async throws {
        let pair = try #require(TradingPair("BTC-USD"))
        func trade(_ id: Int, _ seconds: Int64) -> String {
            let time = (testStart.milliseconds + seconds * 1000)
            return #"{"e":"trade","E":\#(time),"s":"BTCUSDT","t":\#(id),"p":"5","q":"2","T":\#(time)}"#
        }
        try await whileRunning(actor()) {
            let line = try #require(await transport.next())
            line.say(ticker("5"))
            for (id, seconds) in [(1, 30), (2, 60), (3, 90), (4, 120), (7, 130), (8, 180), (9, 240)] {
                line.say(trade(id, Int64(seconds)))
            }
            func seen(_ minute: Int) -> Sourced<CandleSeries>? {
                let due = CandlesDue(since: testStart.advanced(by: .seconds(minute * 60)), count: 1)
                return board.update { $0.streamed(due, of: pair, interval: .oneMinute) }
            }
            #expect(seen(0) == nil && seen(2) == nil && seen(4) == nil)
            #expect(seen(1)?.value.candles.first?.volume.description == "4" && seen(3)?.source == "binance")
            #expect(streams.standings.first?.gaps == 1 && streams.standings.first?.missedTrades == 2)
        }
    }

    @Test func `a price that is far off is held back and told as such`() async throws {
        let held = try bus.subscribe(to: PriceHeld.self, as: "test")
        try await whileRunning(actor()) {
            let line = try #require(await transport.next())
            for number in 0..<20 { line.say(ticker(number.isMultiple(of: 2) ? "100" : "101")) }
            line.say(ticker("150"))
            #expect(await held.take(1).first?.payload.price == Price("150"))
            #expect(board.tick(of: try #require(TradingPair("BTC-USD")))?.tick.price == Price("101"))
            #expect(streams.standings.first?.heldPrices == 1)
        }
    }

    @Test func `a reload puts other exchanges in place, or none`() async throws {
        try await whileRunning(actor()) {
            #expect(await transport.next()?.address == "ws://binance")
            wanted.names.withLock { $0 = ["kraken", "coinbase"] }
            async let first = transport.next()
            await step { transport.attempts.withLock { $0 } == 3 }
            let names = [await first?.address, await transport.next()?.address].compactMap { $0 }.sorted()
            #expect(names == ["ws://coinbase", "ws://kraken"])
            #expect(streams.standings.map(\.exchange) == ["kraken", "coinbase"])
            wanted.names.withLock { $0 = [] }
            await step { streams.standings.isEmpty }
        }
    }

    @Test func `an incarnation that is shut out ends`() async throws {
        let incarnation = Incarnation(of: "market-streams")
        let actor = actor(ActorContext(incarnation: incarnation))
        await #expect(throws: BusError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                // The life that is shut out, beside whoever does it.
                group.addTask { try await actor.run() }
                let line = try #require(await transport.next())
                incarnation.fence()
                line.say(ticker("100"))
                try await group.next()
            }
        }
        #expect(bus.sequences(prefix: "market.price.").isEmpty)
    }
}

import Actors
import Bus
import Domain
import Market
import Show
import TestKit
import Testing
import Threading

@Suite(.timeLimit(.minutes(1)))
struct HostAgentTests {
    private let time = TestTime()
    private let bus: EventBus
    private let muted = Muted()
    private let room = BriefingRoom()

    final class Muted: Sendable {
        private let state = Atomic(false)
        var isOn: Bool { state.load(ordering: .acquiring) }
        func set(_ value: Bool) { state.store(value, ordering: .releasing) }
    }

    init() throws { bus = try EventBus(types: EventCatalogue.all, ids: UUIDv7Generator(seed: 1), now: time.now) }

    private func agent(
        context: ActorContext? = nil,
        priceAgeMax: Duration = .seconds(30),
        write: @escaping @Sendable (SpeechOrder) async -> String? = { _ in nil }
    ) -> HostAgent {
        let muted = muted
        return HostAgent(
            context: context ?? ActorContext(incarnation: Incarnation(of: "host")),
            parts: HostAgent.Parts(
                bus: bus,
                room: room,
                settings: {
                    var settings = HostSettings(
                        host: HostPersona(name: "Nova"),
                        station: "CryptoCall FM",
                        topic: "crypto"
                    )
                    settings.isQuiet = muted.isOn
                    settings.limits.price = priceAgeMax
                    return settings
                },
                write: write,
                stopwatch: time.stopwatch,
                now: time.now,
                seed: 5,
                logger: quietLogger
            )
        )
    }

    /// Runs the host together with who keeps its figures.
    private func whileTalking(_ agent: HostAgent, _ body: () async throws -> Void) async throws {
        let context = ActorContext(incarnation: Incarnation(of: "briefing"))
        try await whileRunning(BriefingKeeper(context: context, bus: bus, room: room)) {
            try await whileRunning(agent) { try await body() }
        }
    }

    @discardableResult
    private func publishPrice(_ price: String = "64250.12") throws -> UUIDv7 {
        let pair = try #require(TradingPair("BTC-USD"))
        return try bus.publish(
            PriceTicked(
                pair: pair,
                price: try #require(Price(price)),
                source: "kraken",
                symbol: "XXBTZUSD",
                asOf: time.now()
            ),
            from: "market"
        )
    }

    @Test func `a price that is there at the start is read at once`() async throws {
        let cause = try publishPrice()
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        try await whileTalking(agent()) {
            let first = try #require(await spoken.take(1).first)
            #expect(first.payload.text.contains("64,250.12 dollars"))
            #expect(first.header.cause == cause)
            #expect(first.header.source == "host")
            #expect(time.clock.now == .zero)
        }
    }

    @Test func `without prices it speaks within five seconds all the same`() async throws {
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        try await whileTalking(agent()) {
            async let first = spoken.take(1)
            await time.step()
            #expect(await first.first?.payload.facts.isEmpty == true)
            #expect(time.clock.now.offset <= .seconds(5))
        }
    }

    @Test func `the first price after silence is read within five seconds`() async throws {
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        try await whileTalking(agent()) {
            async let first = spoken.take(1)
            await time.step()
            _ = await first
            let before = time.clock.now
            try publishPrice()
            async let second = spoken.take(1)
            // The bell makes it look at the clock again; until then it sleeps for the regular segment.
            while time.clock.nextWakeUp.map({ $0.offset > before.offset + .seconds(2) }) ?? true { await Task.yield() }
            await time.step()
            #expect(await second.first?.payload.facts.isEmpty == false)
            #expect(time.clock.now.offset - before.offset <= .seconds(5))
        }
    }

    @Test func `segments follow each other at the interval`() async throws {
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        try await whileTalking(agent()) {
            async let segments = spoken.take(4)
            while time.clock.now.offset < .seconds(33) { await time.step() }
            let times = await segments.map { testStart.duration(to: $0.header.time) }
            #expect(times == [.seconds(3), .seconds(13), .seconds(23), .seconds(33)])
        }
    }

    @Test func `a model's text is said when it may be, and asked for once more when not`() async throws {
        try publishPrice()
        let tries = Steps()
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        // However long the model takes, the price is fresh.
        let agent = agent(priceAgeMax: .seconds(86_400)) { order in
            tries.add()
            // The first price is read before anybody could write; then a figure of its own, then what was asked for.
            if order.complaints.isEmpty { return "Bitcoin is at 99 dollars." }
            return order.complaints == ["the figure 99 is in no fact"] ? "Bitcoin is at 64,250.12 dollars." : nil
        }
        try await whileTalking(agent) {
            let isHeard = Muted()
            async let found = firstLive(of: spoken, isHeard)
            while !isHeard.isOn {
                try publishPrice()
                await time.step()
            }
            let live = try #require(await found)
            #expect(live.text == "Bitcoin is at 64,250.12 dollars.")
            #expect(live.template == nil && live.symbols.map(\.text) == ["BTC-USD"])
            #expect(live.facts.map(\.quantity) == [.price])
        }
        #expect(tries.count >= 2)
    }

    private func firstLive(of spoken: Subscription<HostSpoke>, _ isHeard: Muted) async -> HostSpoke? {
        defer { isHeard.set(true) }
        for await segment in spoken where segment.payload.kind == .live { return segment.payload }
        return nil
    }

    @Test func `a model that is slow, wrong or away is not heard, and an approved text is said`() async throws {
        try publishPrice()
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        let agent = agent { _ in "Bitcoin is at 99 dollars." }
        try await whileRunning(agent) {
            async let found = spoken.take(3)
            while time.clock.now.offset < .seconds(20) { await time.step() }
            let kinds = await found.map(\.payload.kind)
            #expect(kinds == [.fallback, .fallback, .fallback])
        }
    }

    @Test func `a model that takes a minute makes no pause, and what it wrote is said later`() async throws {
        let stopwatch = time.stopwatch
        let tries = Steps()
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        let agent = agent { _ in
            tries.add()
            let number = tries.count
            do { try await stopwatch.sleep(until: stopwatch.elapsed + .seconds(60)) } catch { return nil }
            return "Number \(number == 1 ? "one" : "last") of our words comes late."
        }
        try await whileTalking(agent) {
            let isHeard = Muted()
            async let found = untilLive(spoken, isHeard)
            while !isHeard.isOn { await time.step() }
            let texts = await found
            let times = texts.map { testStart.duration(to: $0.header.time) }
            #expect(texts.last?.payload.text == "Number one of our words comes late.")
            #expect(times.last.map { $0 >= .seconds(60) && $0 <= .seconds(90) } == true, "\(times)")
            for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier <= .seconds(20)) }
        }
    }

    private func untilLive(_ spoken: Subscription<HostSpoke>, _ isHeard: Muted) async -> [Envelope<HostSpoke>] {
        defer { isHeard.set(true) }
        var texts: [Envelope<HostSpoke>] = []
        for await segment in spoken {
            texts.append(segment)
            if segment.payload.kind == .live { break }
        }
        return texts
    }

    @Test func `what was said before a restart is not said again`() async throws {
        let before = Steps()
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        let agent = HostAgent(
            context: ActorContext(incarnation: Incarnation(of: "host")),
            parts: HostAgent.Parts(
                bus: bus,
                room: room,
                settings: { settings() },
                write: { _ in "We have said this before." },
                recall: { [time] since in
                    before.add()
                    #expect(since.duration(to: time.now()) >= .seconds(6 * 3600))
                    return [
                        SegmentRepository.Said(text: "We have said this before.", at: since.advanced(by: .seconds(600)))
                    ]
                },
                stopwatch: time.stopwatch,
                now: time.now,
                seed: 5,
                logger: quietLogger
            )
        )
        try await whileTalking(agent) {
            async let found = spoken.take(3)
            while time.clock.now.offset < .seconds(25) { await time.step() }
            #expect(await found.map(\.payload.kind) == [.fallback, .fallback, .fallback])
        }
        #expect(before.count == 1)
    }

    @Test func `while the emergency stop is on nothing is said`() async throws {
        muted.set(true)
        let spoken = try bus.subscribe(to: HostSpoke.self, as: "test")
        try await whileTalking(agent()) {
            while time.clock.now.offset < .seconds(60) { await time.step() }
            #expect(bus.sequences(prefix: "segment.").isEmpty)
            muted.set(false)
            async let first = spoken.take(1)
            await time.step()
            #expect(await first.count == 1)
        }
    }

    @Test func `it reports progress also between rare segments`() async throws {
        let steps = Steps()
        let context = ActorContext(
            incarnation: Incarnation(of: "host"),
            onProgress: { steps.add() }
        )
        try await whileRunning(agent(context: context)) {
            while time.clock.now.offset < .seconds(60) { await time.step() }
        }
        #expect(steps.count >= 12)
    }
}

import Bus
import Domain
import Identity
import Logging
import Store
import TestKit
import Testing
import Threading

@testable import API

/// A state, public.
struct TestQuote: StateEvent {
    static let topic: Topic = "market.test.quoted"
    var pair: String
    var number: Int
    var filler = ""
    var subject: Subject? { Subject(pair) }
}

/// Data, public.
struct TestNews: DataEvent {
    static let topic: Topic = "news.test.came"
    var number: Int
    var filler = ""
}

/// A durable event, public.
struct TestSignal: DurableEvent {
    static let topic: Topic = "signal.test.raised"
    var number: Int
    var filler = ""
}

/// A durable event for operators.
struct TestJob: DurableEvent {
    static let topic: Topic = "job.test.ran"
    var number: Int
}

/// Fails to encode.
struct TestBroken: DataEvent {
    static let topic: Topic = "news.test.broken"
    struct Refusal: Error {}
    init() {}
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws { throw Refusal() }
}

/// A hub over a store of its own, whose second is the test's.
final class LiveFixture: Sendable {
    let clock = ManualClock()
    let time = ManualTime()
    let store: SQLiteStore
    let author = Incarnation(of: "author")
    let hub: LiveHub
    let loop: WireLoop
    /// Credentials that do not hold any more.
    let revoked = Mutex<Set<String>>([])
    private let folder: TemporaryFolder

    var bus: EventBus { store.bus }

    init(_ change: (inout LiveSettings) -> Void = { _ in }) async throws {
        folder = try TemporaryFolder()
        store = try await LiveFixture.open(folder, time)
        var settings = LiveSettings()
        settings.connectionsPerAddressMax = 2000
        change(&settings)
        loop = try WireLoop()
        let gate = Gate()
        hub = LiveHub(
            LiveHub.Parts(
                log: store,
                authenticate: { credentials throws(APIError) in try await gate.check(credentials) },
                clock: clock,
                now: { [time] in time.now },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ),
            settings: settings
        )
        gate.fixture.withLock { $0 = WeakFixture(self) }
    }

    private static func open(_ folder: TemporaryFolder, _ time: ManualTime) async throws -> SQLiteStore {
        var config = SQLiteConfig(path: folder.path("store.db"))
        config.synchronous = .normal
        config.isShared = true
        config.followIntervalSeconds = 0.02
        let bus = try EventBus(
            types: [TestQuote.self, TestNews.self, TestSignal.self, TestJob.self, TestBroken.self],
            now: { time.now }
        )
        return try await SQLiteStore.open(config, bus: bus, now: { time.now })
    }

    /// Another daemon's store over the same database.
    func openAnother() async throws -> SQLiteStore { try await LiveFixture.open(folder, time) }

    private struct WeakFixture: Sendable {
        weak let fixture: LiveFixture?
        init(_ fixture: LiveFixture) { self.fixture = fixture }
    }

    /// Lets nobody in whose credential was revoked.
    private final class Gate: Sendable {
        let fixture = Mutex<WeakFixture?>(nil)

        func check(_ credentials: Credentials) async throws(APIError) -> Principal {
            guard let fixture = fixture.withLock({ $0?.fixture }) else { throw .unknownCredential }
            return try await fixture.authenticate(credentials)
        }
    }

    func authenticate(_ credentials: Credentials) async throws(APIError) -> Principal {
        let text =
            switch credentials {
            case .bearer(let text), .browser(let text): text
            }
        guard !revoked.withLock({ $0.contains(text) }) else { throw .unknownCredential }
        return try await TestListener.authenticator(credentials)
    }

    /// Serves the live routes while the body runs.
    static func serving(
        _ change: (inout LiveSettings) -> Void = { _ in },
        _ body: (_ fixture: LiveFixture, _ ask: TestListener.Ask) async throws -> Void
    ) async throws {
        let fixture = try await LiveFixture(change)
        let table = try RouteTable(LiveRoutes(hub: fixture.hub).all())
        try await fixture.running { hub in
            try await TestListener.serving(table) { ask in try await body(fixture, ask) }
            hub.cancel()
        }
        fixture.loop.stop()
        await fixture.store.close()
    }

    /// The hub's life, which a test may end.
    struct Life {
        let cancel: @Sendable () -> Void
    }

    func running(_ body: (_ hub: Life) async throws -> Void) async throws {
        let (readiness, ready) = AsyncStream.makeStream(of: Void.self)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [hub] in
                await withTaskGroup(of: Void.self) { inner in
                    inner.addTask {
                        do {
                            try await hub.run { ready.yield() }
                        } catch {
                            #expect(error is CancellationError)
                        }
                    }
                    for await _ in ends { break }
                    inner.cancelAll()
                }
            }
            for await _ in readiness { break }
            do {
                try await body(Life { end.finish() })
            } catch {
                end.finish()
                throw error
            }
            end.finish()
            try await group.waitForAll()
        }
    }

    // MARK: What happens

    func quote(_ number: Int, _ pair: String = "BTC-USD", filler: String = "") throws {
        try bus.publish(TestQuote(pair: pair, number: number, filler: filler), from: "test")
    }

    func news(_ number: Int, filler: String = "") throws {
        try bus.publish(TestNews(number: number, filler: filler), from: "test")
    }

    func signals(_ numbers: ClosedRange<Int>, filler: String = "") async throws {
        let events = numbers.map { TestSignal(number: $0, filler: filler) }
        _ = try await store.append(contentsOf: events, by: author)
    }

    /// Lets seconds pass.
    func seconds(_ count: Int) async {
        for _ in 0..<count {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
        }
        await clock.waitForSleepers()
    }

    /// Waits until something holds of the hub.
    func until(_ isDone: (LiveStatistics) -> Bool) async throws {
        while !isDone(hub.statistics) {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

import Actors
import Bus
import BusZeroMQ
import Domain
import Glibc
import Market
import MarketHistory
import Show
import Store
import Telemetry
import Threading

/// What the parts of the running daemon share: made once by the composition root, then handed around.
final class Station: Sendable {
    let settings: SettingsControl
    let instruments: Instruments
    let bus: EventBus
    let store: any Storage
    let board: MarketBoard
    /// What is kept of the markets.
    let records: MarketRecords
    let mute: AirSwitch
    let offAir: AirSwitch
    let airNotes = AirNotes()
    /// What hosts and answers may say of the markets.
    let briefing = BriefingRoom()
    /// The running order, and what was heard.
    let segments: SegmentRepository
    /// What is on its way from those who write to those who listen.
    let booth: AirBooth
    let now: @Sendable () -> Timestamp
    let processID = getpid()
    /// The author of what the daemon itself writes and publishes.
    let author = Incarnation(of: "daemon")

    /// What control clients may rely on.
    static let features = ["replay", "snapshot", "trace", "publish", "heartbeat", "goodbye"]

    enum Phase: Sendable {
        case starting
        case running
        case draining
    }

    private struct State {
        var phase = Phase.starting
        var tree: Supervisor?
        var edge: ZeroMQEdge?
        var endpoints: [ZeroMQEndpoint] = []
        var readyAt: ContinuousClock.Instant?
        var health: HealthReading?
    }

    /// How the station is, whenever it is asked.
    typealias HealthReading = @Sendable () -> HealthSnapshot

    private let state = Mutex(State())
    private let stops: AsyncStream<String>.Continuation

    /// `stops` is where requests to end are sent; the others are the parts themselves.
    init(
        settings: SettingsControl,
        instruments: Instruments,
        bus: EventBus,
        store: any Storage,
        board: MarketBoard,
        now: @escaping @Sendable () -> Timestamp,
        stops: AsyncStream<String>.Continuation
    ) {
        self.settings = settings
        self.instruments = instruments
        self.bus = bus
        self.store = store
        self.board = board
        records = MarketRecords(store: store, now: now)
        segments = SegmentRepository(store: store, now: now)
        booth = AirBooth(segments: segments)
        self.now = now
        self.stops = stops
        mute = .mute(store: store, author: author)
        offAir = .offAir(store: store, author: author)
    }

    /// How words leave the station: `off` while they go out as text only, otherwise whose voices there are.
    var voice: String {
        switch booth.view.sound {
        case .off: "off"
        case .on(let engines): engines.joined(separator: ", ")
        }
    }

    // MARK: The tree

    /// Takes the tree that was built with this station; once, before it begins.
    func adopt(_ tree: Supervisor) { state.withLock { $0.tree = tree } }

    /// - Precondition: `adopt` was called.
    var tree: Supervisor {
        guard let tree = state.withLock({ $0.tree }) else { preconditionFailure("the station has no tree yet") }
        return tree
    }

    // MARK: The edge

    /// The edge of the moment: a restart brings another one.
    var edge: ZeroMQEdge? { state.withLock { $0.edge } }
    var endpoints: [ZeroMQEndpoint] { state.withLock { $0.endpoints } }

    func edgeBound(_ edge: ZeroMQEdge, at endpoints: [ZeroMQEndpoint]) {
        state.withLock { state in
            state.edge = edge
            state.endpoints = endpoints
        }
    }

    // MARK: Health

    func watchHealth(_ reading: @escaping HealthReading) { state.withLock { $0.health = reading } }

    var health: HealthSnapshot {
        guard let reading = state.withLock({ $0.health }) else { return .starting }
        return reading()
    }

    // MARK: Life

    var phase: Phase { state.withLock { $0.phase } }

    func becameReady() {
        state.withLock { state in
            state.phase = .running
            state.readyAt = .now
        }
    }

    /// From now on nothing new is taken in.
    func beginDraining() { state.withLock { $0.phase = .draining } }

    /// Asks the daemon to end in order; returns at once.
    func requestStop(_ reason: String) { stops.yield(reason) }

    /// Since it was ready; 0 before.
    var uptimeSeconds: Double {
        state.withLock { $0.readyAt }.map { $0.duration(to: .now) / .seconds(1) } ?? 0
    }

    /// `starting`, `ok`, `degraded`, `failing` or `draining`.
    var stateText: String {
        switch phase {
        case .starting: "starting"
        case .draining: "draining"
        case .running: health.status.rawValue
        }
    }
}

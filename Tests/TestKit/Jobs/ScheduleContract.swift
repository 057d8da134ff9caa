package import Bus
import Domain
import Jobs
package import Store
import Testing

/// What schedules and leadership have to do on every engine, as checks that an engine's own tests run one by one.
package struct ScheduleContract: Sendable {
    /// Opens the engine over one database, with this clock if the engine can be given one.
    package typealias Open =
        @Sendable (
            _ bus: EventBus,
            _ now: @escaping @Sendable () -> Timestamp
        ) async throws -> any Storage

    /// Tells the database's own clock what time it is.
    package typealias SetClock = @Sendable (_ store: any Storage, _ now: Timestamp) async throws -> Void

    private let openEngine: Open
    private let setClock: SetClock
    let opensTwice: Bool
    private let time = ManualTime(ScheduleContract.start)

    /// 2026-03-01T00:00:00Z, a Sunday.
    package static let start = Timestamp(seconds: 1_772_323_200)

    /// - Parameters:
    ///   - opensTwice: whether two stores may have the same database open.
    ///   - setClock: for engines whose clock is not the one they were opened with.
    ///   - open: how to open the engine. Each check needs a database of its own.
    package init(
        opensTwice: Bool,
        setClock: @escaping SetClock = { _, _ in },
        open: @escaping Open
    ) {
        self.opensTwice = opensTwice
        self.setClock = setClock
        openEngine = open
    }

    /// One promise of the contract.
    package struct Check: Sendable, CustomTestStringConvertible {
        package let name: String
        package let run: @Sendable (ScheduleContract) async throws -> Void
        package var testDescription: String { name }
    }

    package static let checks = defining + firing + operating + sharing + leading

    // MARK: For the checks

    var now: Timestamp { time.now }

    func open() async throws -> any Storage {
        let bus = try EventBus(types: EventCatalogue.all, now: { [time] in time.now })
        let store = try await openEngine(bus, { [time] in time.now })
        try await setClock(store, now)
        return store
    }

    /// Another store over the same database, or the same one where an engine has only one.
    func openAnother(beside store: any Storage) async throws -> any Storage {
        guard opensTwice else { return store }
        return try await openEngine(EventBus(types: EventCatalogue.all), { [time] in time.now })
    }

    func advance(_ store: any Storage, by duration: Duration) async throws {
        time.advance(by: duration)
        try await setClock(store, now)
    }

    /// Every hour, unless told otherwise.
    func definition(_ name: String = "hourly", cron: String = "0 * * * *") -> ScheduleDefinition {
        ScheduleDefinition(name: name, cron: cron, queue: "media", kind: "render", payload: #"{"n":1}"#)
    }

    /// All jobs there are, oldest first.
    func jobs(_ store: any Storage) async throws -> [JobRecord] {
        try await JobQueue(store: store).jobs(limit: 1000).reversed()
    }

    /// Claims what may run; with `isFinishing`, completes it at once.
    @discardableResult
    func work(_ store: any Storage, isFinishing: Bool = true) async throws -> Int {
        let queue = JobQueue(store: store)
        let worker = UUIDv7(high: 1, low: 2)
        let claimed = try await queue.claim("media", limit: 100, lease: .seconds(86_400), worker: worker)
        if isFinishing {
            _ = try await queue.complete(claimed.map { .init(id: $0.id, epoch: $0.leaseEpoch, result: nil) })
        }
        return claimed.count
    }

    /// Completes everything that runs.
    func finishRunning(_ store: any Storage) async throws {
        let queue = JobQueue(store: store)
        let running = try await queue.jobs(state: .running, limit: 1000)
        _ = try await queue.complete(running.map { .init(id: $0.id, epoch: $0.leaseEpoch, result: nil) })
    }
}

/// The `ScheduleError` that a call throws, in words; `nil` when it does not throw one.
func scheduleError(of body: () async throws -> Void) async -> String? {
    (await error(of: body) as? ScheduleError)?.description
}

package import Bus
package import Store
import Testing

/// What every engine of the store has to do, as checks that an engine's own tests run one by one.
package struct EventLogContract: Sendable {
    /// Opens the engine over one database; calling it again after a close opens the same database.
    package typealias Open =
        @Sendable (
            _ bus: EventBus,
            _ limits: WriteLimits,
            _ now: @escaping @Sendable () -> Timestamp
        ) async throws -> any Storage

    private let openEngine: Open
    let time = ManualTime()
    let author = Incarnation(of: "author")

    /// - Parameter open: how to open the engine. Each check needs a database of its own.
    package init(open: @escaping Open) { openEngine = open }

    /// One promise of the contract.
    package struct Check: Sendable, CustomTestStringConvertible {
        package let name: String
        package let run: @Sendable (EventLogContract) async throws -> Void
        package var testDescription: String { name }
    }

    package static let checks = appending + failing + reading + keeping + following + stating

    /// What engines do besides when several stores are open on one database.
    ///
    /// Here `open` is called before `close`.
    package static let sharedChecks = checks + sharing

    // MARK: For the checks

    func makeBus(_ types: [any Event.Type] = [BallotCast.self, CallLogged.self]) throws -> EventBus {
        try EventBus(types: types, now: { [time] in time.now })
    }

    func open(bus: EventBus? = nil, limits: WriteLimits = WriteLimits()) async throws -> any Storage {
        try await openEngine(bus ?? makeBus(), limits, { [time] in time.now })
    }

    /// Logs ballots numbered from 1 on.
    func fill(_ log: any Storage, _ count: Int, room: String = "a", padding: Int = 0) async throws {
        let padding = String(repeating: "x", count: padding)
        let events = try (1...count).map { try PendingEvent(BallotCast($0, room: room, padding: padding)) }
        _ = try await log.append(events, by: author)
    }

    /// Runs a unit that holds the writer, then `meanwhile`, then lets the writer go on.
    func whileWriterIsHeld<Value: Sendable>(
        _ log: any Storage,
        _ meanwhile: (ThreadGate) async throws -> Value
    ) async throws -> Value {
        let gate = try ThreadGate()
        let author = author
        async let held: Committed<Void> = log.commit(by: author) { _ in gate.pass() }
        try await gate.waitForArrival()
        let value: Value
        do {
            value = try await meanwhile(gate)
        } catch {
            gate.open()
            _ = try await held
            throw error
        }
        gate.open()
        _ = try await held
        return value
    }
}

/// What a call throws; `nil` when it does not.
func error(of body: () async throws -> Void) async -> (any Error)? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}

/// The code of the `StoreError` that a call throws; `nil` when it does not throw one.
func code(of body: () async throws -> Void) async -> StoreError.Code? {
    (await error(of: body) as? StoreError)?.code
}

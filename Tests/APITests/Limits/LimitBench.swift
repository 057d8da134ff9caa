import Bus
import Domain
import Store
import TestKit
import Threading

@testable import API

/// A database that several limiters may count in, with a clock that stands still until it is moved.
struct LimitBench: Sendable {
    let store: any Storage
    /// Opens it once more, as after a crash or as another daemon would.
    let reopen: @Sendable () async throws -> any Storage
    let moveDatabase: @Sendable (Duration) async throws -> Void
    let isShared: Bool
    let time = ManualTime()
    /// Nothing that sleeps on it ever wakes by itself, so no request gives up.
    let sleeps = ManualClock()

    var clock: LimitClock {
        LimitClock(
            uptime: { [time] in .nanoseconds(time.now.nanoseconds) },
            wall: { [time] in time.now },
            patience: sleeps
        )
    }

    func move(by duration: Duration) async throws {
        time.advance(by: duration)
        try await moveDatabase(duration)
    }

    func limiter(_ store: (any StatementRunner)? = nil) -> RateLimiter {
        RateLimiter(store: store ?? self.store, clock: clock)
    }

    func slots(_ store: (any StatementRunner)? = nil) -> ConcurrencyLimiter {
        ConcurrencyLimiter(store: store ?? self.store, clock: clock)
    }
}

/// Runs limiters while a test uses them; they end as if their daemon had been killed.
func running<Value: Sendable>(
    _ limiters: RateLimiter...,
    slots: [ConcurrencyLimiter] = [],
    _ body: () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
        let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
        for limiter in limiters { group.addTask { await limiter.run { isReady.yield() } } }
        for limiter in slots { group.addTask { await limiter.run { isReady.yield() } } }
        var waiting = ready.makeAsyncIterator()
        for _ in 0..<(limiters.count + slots.count) { await waiting.next() }
        let value = try await body()
        group.cancelAll()
        return value
    }
}

/// Sends many requests at once.
///
/// - Returns: what was answered to each.
func storm(_ count: Int, _ body: @escaping @Sendable (Int) async -> LimitVerdict) async -> [LimitVerdict] {
    await withTaskGroup(of: LimitVerdict.self) { group in
        for number in 0..<count { group.addTask { await body(number) } }
        return await group.reduce(into: []) { $0.append($1) }
    }
}

extension [LimitVerdict] {
    var admitted: Int { count { $0.isAdmitted } }
}

/// A store that can be made to fail, or not to answer.
final class MoodyStore: StatementRunner {
    enum Mood: Sendable {
        case well
        case failing
        /// Does what it is asked, and says that it failed.
        case deceiving
        case silent
    }

    private let store: any Storage
    private let mood = Mutex(Mood.well)
    private let silence = ManualClock()
    /// Tells of each statement.
    let asked: AsyncStream<Void>
    private let onAsked: AsyncStream<Void>.Continuation

    init(_ store: any Storage) {
        self.store = store
        (asked, onAsked) = AsyncStream.makeStream(of: Void.self)
    }

    func become(_ new: Mood) {
        mood.withLock { $0 = new }
        if case .silent = new { return }
        silence.advance(by: .seconds(2))
    }

    var dialect: SQLDialect { store.dialect }

    func run(_ statement: SQL, _ arguments: [SQLValue], limit: Int) async throws(StoreError) -> [SQLRow] {
        onAsked.yield()
        switch mood.withLock({ $0 }) {
        case .well: return try await store.run(statement, arguments, limit: limit)
        case .failing: throw StoreError(.unreachable, "moody")
        case .deceiving:
            _ = try await store.run(statement, arguments, limit: limit)
            throw StoreError(.unreachable, "moody")
        case .silent:
            try? await silence.sleep(until: silence.now.advanced(by: .seconds(1)))
            throw StoreError(.unreachable, "moody")
        }
    }

    func query(_ statement: SQL, _ arguments: [SQLValue], limit: Int) async throws(StoreError) -> [SQLRow] {
        onAsked.yield()
        switch mood.withLock({ $0 }) {
        case .well, .deceiving: return try await store.query(statement, arguments, limit: limit)
        case .failing: throw StoreError(.unreachable, "moody")
        case .silent:
            try? await silence.sleep(until: silence.now.advanced(by: .seconds(1)))
            throw StoreError(.unreachable, "moody")
        }
    }
}

import Bus
import Store
import StorePostgres
import TestKit
import Testing
import Threading

/// What the tests of this engine need again and again.
enum PostgresFixture {
    static let author = Incarnation(of: "author")

    static var cluster: PostgresCluster {
        get throws { try PostgresCluster.shared.get() }
    }

    static func makeBus() throws -> EventBus { try EventBus(types: [BallotCast.self, CallLogged.self]) }

    static func open(_ config: PostgresConfig, migrations: [Migration] = Migration.all) async throws -> PostgresStore {
        try await PostgresStore.open(config, bus: makeBus(), migrations: migrations)
    }

    /// A store on a database of its own.
    static func open(_ change: (inout PostgresConfig) -> Void = { _ in }) async throws -> PostgresStore {
        var config = try await cluster.makeDatabase()
        change(&config)
        return try await open(config)
    }

    /// Runs what blocks beside the concurrency pool.
    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await PostgresCluster.blocking(body)
    }

    /// What a call throws.
    static func error(of body: () async throws -> Void) async -> StoreError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? StoreError
        }
    }

    /// Looks every few milliseconds until something is so, for a minute: for states that nobody announces.
    static func wait(
        sourceLocation: SourceLocation = #_sourceLocation,
        until isSo: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isSo() {
            try #require(ContinuousClock.now < deadline, sourceLocation: sourceLocation)
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// A value that several tasks change.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change(_ body: (inout Value) -> Void) { state.withLock { body(&$0) } }
}

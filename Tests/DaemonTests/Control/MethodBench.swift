import Bus
import BusZeroMQ
import Domain
import Identity
import JSON
import Store
import Telemetry
import TestKit
import Testing

@testable import Daemon

/// Some control methods over a store with accounts, and who calls them.
struct MethodBench {
    let store: SQLiteStore
    let identity: StationIdentity
    private let table: ControlTable
    private let folder: TemporaryFolder
    private let fixture: ConfigFixture

    /// - Parameter methods: made with the parts that are there by then.
    /// - Throws: when the store cannot be opened.
    init(
        _ methods: (SQLiteStore, StationIdentity, Configuration, @escaping @Sendable () -> Timestamp) -> [ControlMethod]
    ) async throws {
        folder = try TemporaryFolder()
        fixture = try ConfigFixture()
        let config = try #require(try fixture.load("").usable)
        var database = SQLiteConfig(path: folder.path("store.db"))
        // A crash of the machine is not what is tested here.
        database.synchronous = .normal
        let time = ManualTime()
        let now: @Sendable () -> Timestamp = { time.now }
        let bus = try EventBus(types: EventCatalogue.all, now: now)
        store = try await SQLiteStore.open(database, bus: bus, now: now)
        identity = try await StationIdentity(
            config,
            environment: [:],
            redactor: Redactor(),
            store: store,
            wallets: [],
            now: now
        )
        let audit = ControlAudit(store: store, author: Incarnation(of: "control"), redactor: Redactor(), now: now)
        table = ControlTable(
            methods(store, identity, config.configuration, now),
            audit: audit,
            metrics: MetricsRegistry()
        )
    }

    func call(
        _ method: String,
        _ params: [String: JSONValue] = [:],
        as role: ControlRole = .admin
    ) async throws -> JSONValue {
        let request = ControlRequest(
            id: "1",
            method: method,
            params: params,
            caller: ControlCaller(name: "boss", role: role, publishPrefixes: [], endpoint: "control")
        )
        switch await table.answer(request) {
        case .result(let bytes): return try JSONValue(parsing: bytes)
        case .failure(let error): throw error
        }
    }

    /// - Returns: why it is refused; `nil` when it is not.
    func failure(
        _ method: String,
        _ params: [String: JSONValue],
        as role: ControlRole = .admin
    ) async -> JSONRPCError? {
        do {
            _ = try await call(method, params, as: role)
            return nil
        } catch {
            return error as? JSONRPCError
        }
    }
}

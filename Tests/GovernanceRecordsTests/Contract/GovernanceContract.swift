import Bus
import Domain
import GovernanceRecords
import Store
import TestKit
import Testing

/// What governance has to do on every engine, as checks that an engine's own tests run one by one.
struct GovernanceContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    private let openEngine: Open

    /// - Parameter open: how to open the engine, also more than once. Each check needs a database of its own.
    init(open: @escaping Open) { openEngine = open }

    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        /// Whether the check itself looks at the books, since it has written in them.
        var writesBooks = false
        let run: @Sendable (GovernanceBench) async throws -> Void
        var testDescription: String { name }
    }

    func run(_ check: Check) async throws {
        let time = ManualTime()
        let bench = GovernanceBench(store: try await open(time), time: time) { try await open(time) }
        try await check.run(bench)
        if !check.writesBooks { try await bench.checkBooks() }
        await bench.store.close()
    }

    private func open(_ time: ManualTime) async throws -> any Storage {
        try await openEngine(try EventBus(types: EventCatalogue.all, now: { time.now }), { time.now })
    }

    static let checks =
        opening + snapshots + casting + signing + crowds + windows + deciding + counting + carrying + receipts + council
        + execution + anchors + treasury + faults + daemons
}

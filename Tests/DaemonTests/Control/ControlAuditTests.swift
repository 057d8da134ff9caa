import Bus
import BusZeroMQ
import Domain
import JSON
import Store
import Telemetry
import TestKit
import Testing

@testable import Daemon

@Suite struct ControlAuditTests {
    private static let request = ControlRequest(
        id: "1",
        method: "test.change",
        params: ["key": "value"],
        caller: ControlCaller(name: "boss", role: .admin, publishPrefixes: [], endpoint: "control")
    )

    @Test func `a change is in the audit log when its caller hears that it is done`() async throws {
        let folder = try TemporaryFolder()
        let bus = try EventBus(types: EventCatalogue.all)
        let store = try await SQLiteStore.open(SQLiteConfig(path: folder.path("store.db")), bus: bus)
        let audit = ControlAudit(
            store: store,
            author: Incarnation(of: "control"),
            redactor: Redactor(),
            now: { Timestamp(seconds: 7) }
        )
        let changing = ControlMethod.changing("test.change", role: .operator) { _ in ["done": true] }
        let table = ControlTable([changing], audit: audit, metrics: MetricsRegistry())
        guard case .result = await table.answer(Self.request) else {
            Issue.record("it is not done")
            return
        }
        let rows = try await store.query("SELECT action, caller, outcome FROM activity_log")
        #expect(rows == [[.text("test.change"), .text("boss"), .text("done")]])
        // Without a log nobody is told that all is well.
        await store.close()
        guard case .failure(let error) = await table.answer(Self.request) else {
            Issue.record("it is called done")
            return
        }
        #expect(error.code == -32007 && error.data["done"] == true)
    }
}

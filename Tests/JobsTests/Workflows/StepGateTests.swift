import Bus
import Domain
import Jobs
import Store
import TestKit
import Testing
import Threading

@Suite struct StepGateTests {
    @Test func `no more steps run at a time than the gate lets in, and all get their turn`() async throws {
        let folder = try TemporaryFolder()
        let store = try await SQLiteStore.open(
            SQLiteConfig(path: folder.path("gate.sqlite")),
            bus: EventBus(types: EventCatalogue.all)
        )
        let bench = WorkflowBench(JobContract.Engine(store: store) { _ in })
        let counts = Mutex((now: 0, most: 0))
        let workflow = Workflow("fan") { (_: Int, flow: Flow) async throws -> Int in
            try await flow.parallel("one", Array(0..<30), limit: 30) { number, _ in
                counts.withLock { counts in
                    counts.now += 1
                    counts.most = max(counts.most, counts.now)
                }
                await Task.yield()
                counts.withLock { $0.now -= 1 }
                return number
            }.count
        }
        let run = try await bench.client.start(workflow, 1).id
        let gate = StepGate(limit: 3)
        try await bench.drive([workflow.definition], to: [.ended(.completed)]) { $0.gate = gate }
        #expect(try await bench.result(of: run, as: Int.self) == 30)
        #expect(counts.withLock { $0.most } <= 3)
        await store.close()
    }
}

import Bus
import Domain
import Jobs
import Store
import TestKit
import Testing

/// What the record costs, in commits, which do not depend on how busy the machine is; `make bench` takes the time.
@Suite(.serialized) struct WorkflowCommitTests {
    private static let ten = Workflow("ten") { (start: Int, flow: Flow) async throws -> Int in
        var sum = start
        for number in 1...10 {
            let before = sum
            sum = try await flow.step("add \(number)") { before + number }
        }
        return sum
    }

    @Test func `ten steps cost one commit each, and three for the run`() async throws {
        let folder = try TemporaryFolder()
        let store = try await SQLiteStore.open(
            SQLiteConfig(path: folder.path("speed.sqlite")),
            bus: EventBus(types: EventCatalogue.all)
        )
        let bench = WorkflowBench(JobContract.Engine(store: store) { _ in })
        for _ in 0..<5 {
            let run = try await bench.client.start(Self.ten, 0).id
            let record = try #require(try await bench.claim())
            let before = store.statistics.commits
            let drive = try await bench.run(record, [Self.ten.definition])
            #expect(drive == .ended(.completed))
            // Its beginning, its steps, its end, and its job's.
            #expect(store.statistics.commits - before == 13)
            #expect(try await bench.result(of: run, as: Int.self) == 55)
        }
        await store.close()
    }
}

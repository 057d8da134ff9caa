import Bus
import Domain
import Jobs
import Store
import TestKit
import Testing

/// What the record costs: ten steps that do nothing, every commit on the disk.
@Suite(.serialized) struct WorkflowSpeedTests {
    private static let ten = Workflow("ten") { (start: Int, flow: Flow) async throws -> Int in
        var sum = start
        for number in 1...10 {
            let before = sum
            sum = try await flow.step("add \(number)") { before + number }
        }
        return sum
    }

    @Test func `ten steps cost less than fifteen milliseconds while nothing disturbs them`() async throws {
        let folder = try TemporaryFolder()
        let store = try await SQLiteStore.open(
            SQLiteConfig(path: folder.path("speed.sqlite")),
            bus: EventBus(types: EventCatalogue.all)
        )
        let bench = WorkflowBench(JobContract.Engine(store: store) { _ in })
        var times: [Duration] = []
        for _ in 0..<60 {
            let run = try await bench.client.start(Self.ten, 0).id
            let record = try #require(try await bench.claim())
            let before = store.statistics.commits
            let start = ContinuousClock.now
            let drive = try await bench.run(record, [Self.ten.definition])
            times.append(ContinuousClock.now - start)
            #expect(drive == .ended(.completed))
            // Its beginning, its steps, its end, and its job's.
            #expect(store.statistics.commits - before == 13)
            #expect(try await bench.result(of: run, as: Int.self) == 55)
        }
        await store.close()
        times.sort()
        // The machine may be busy with other things, but not for the whole time.
        let (quiet, median, late) = (times[0], times[times.count / 2], times[times.count * 9 / 10])
        print("ten steps: quiet \(quiet), median \(median), nine in ten below \(late)")
        #expect(quiet < .milliseconds(15))
    }
}

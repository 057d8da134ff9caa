import Bus
import Jobs
import Store

/// Workflows whose steps do nothing: what remains is the engine's own work.
struct StepBench: Sendable {
    private let store: any Storage
    private let workflow: Workflow<Int, Int>

    init(_ store: any Storage) {
        self.store = store
        workflow = Workflow("bench-steps") { (count: Int, flow: Flow) in
            var total = 0
            for number in 0..<count { total += try await flow.step("step-\(number)") { number + 1 } }
            return total
        }
    }

    private func running(slots: Int) -> Running {
        Running(JobQueue(store: store), WorkflowRunner([workflow.definition], store: store).handlers, slots: slots)
    }

    /// From the call that starts a workflow until its end is recorded, one after the other.
    func sequence(_ count: Int, steps: Int) async throws -> [(String, Double)] {
        let client = WorkflowClient(store: store)
        var waits: [Duration] = []
        var total = 0.0
        try await running(slots: 4).run { ends in
            var ended = ends.makeAsyncIterator()
            // The first one warms up.
            for number in 0...count {
                let start = ContinuousClock.now
                let run = try await client.start(workflow, steps)
                guard await ended.next() == run.id else { throw BenchError("another workflow ended") }
                if number > 0 { waits.append(ContinuousClock.now - start) }
            }
            total = waits.map(Stopwatch.seconds).reduce(0, +)
        }
        return [("ms_per_workflow", total * 1000 / Double(count))] + Waits(waits).figures("workflow")
    }

    /// From the runner's start until all that were started before have ended.
    func atOnce(_ count: Int, steps: Int) async throws -> [(String, Double)] {
        let client = WorkflowClient(store: store)
        for _ in 0..<count { try await client.start(workflow, steps) }
        let watch = Stopwatch()
        try await running(slots: 32).until(ended: count)
        return [("workflows_per_s", Double(count) / watch.seconds)]
    }
}

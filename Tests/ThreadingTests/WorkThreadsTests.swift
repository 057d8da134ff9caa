import Dispatch
import Testing
import Threading

/// Work that is done beside the concurrency pool.
@Suite struct WorkThreadsTests {
    @Test func `each piece of work is done once, and its result comes back to whoever asked for it`() async throws {
        let threads = WorkThreads(name: "test", threadsMax: 2, waitingMax: 100)
        let results = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<100 {
                // Together, so that some run and some wait.
                group.addTask { (number, try await threads.run { number * number }) }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
        }
        #expect(results.count == 100)
        #expect(results.allSatisfy { $0.value == $0.key * $0.key })
        #expect(threads.depth == 0)
        #expect(threads.refusedCount == 0)
    }

    @Test func `what neither runs nor fits into the queue is refused at once, and counted`() async throws {
        let threads = WorkThreads(name: "test", threadsMax: 1, waitingMax: 1)
        let gate = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Int.self) { group in
            // One runs and waits for the gate, one waits in the queue.
            for number in 1...2 {
                group.addTask {
                    try await threads.run {
                        gate.wait()
                        gate.signal()
                        return number
                    }
                }
            }
            while threads.depth < 2 { await Task.yield() }
            await #expect(throws: WorkRefused.self) { try await threads.run { 3 } }
            #expect(threads.refusedCount == 1)
            gate.signal()
            let sum = try await group.reduce(0, +)
            #expect(sum == 3)
        }
        let later = try await threads.run { 4 }
        #expect(later == 4)
    }
}

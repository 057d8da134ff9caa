import Testing
import Threading

/// Requests that are served together.
@Suite struct CombiningQueueTests {
    @Test func `each request gets its own answer, in batches of at most so many, one batch at a time`() async throws {
        let batches = Mutex((sizes: [Int](), underWay: 0, together: 0))
        let queue = CombiningQueue<Int, Int>(batchMax: 16, waitingMax: 1000) { requests in
            batches.withLock {
                $0.sizes.append(requests.count)
                $0.underWay += 1
                $0.together = max($0.together, $0.underWay)
            }
            await Task.yield()
            batches.withLock { $0.underWay -= 1 }
            return requests.map { $0 * 2 }
        }
        let answers = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<500 {
                // Together, so that they wait for one another.
                group.addTask { (number, try await queue.answer(to: number)) }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 500)
        #expect(answers.allSatisfy { $0.value == $0.key * 2 })
        let seen = batches.withLock { $0 }
        #expect(seen.sizes.reduce(0, +) == 500)
        #expect(seen.sizes.allSatisfy { (1...16).contains($0) })
        #expect(seen.together == 1)
        #expect(queue.depth == 0)
    }

    @Test func `who finds too many waiting is refused, and the others are served all the same`() async throws {
        let (held, hold) = AsyncStream<Void>.makeStream()
        let queue = CombiningQueue<Int, Int>(batchMax: 1, waitingMax: 1) { requests in
            // Until the gate opens.
            for await _ in held { break }
            return requests
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            // One is served and waits for the gate.
            group.addTask { try await queue.answer(to: 1) }
            // One waits for its turn; it may be there first, and then the other waits.
            group.addTask { try await queue.answer(to: 2) }
            while queue.depth < 1 { await Task.yield() }
            await #expect(throws: WorkRefused.self) { try await queue.answer(to: 3) }
            hold.yield()
            hold.yield()
            let sum = try await group.reduce(0, +)
            #expect(sum == 3)
        }
    }
}

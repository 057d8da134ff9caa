import Bus
import Jobs
import Store
import Testing
import Threading

extension JobContract {
    static let limiting = [
        Check(name: "no more jobs of one key run than its limit, with eight workers and 300 jobs") { contract in
            try await contract.with { engine, jobs in
                let keys = ["a", "b", "c"]
                let requests = (0..<300).map { number in
                    request(number, key: JobLimit(key: keys[number % 3], runningMax: 3))
                }
                try await jobs.enqueue(contentsOf: requests)
                let witness = Witness()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<8 {
                        group.addTask {
                            while !witness.isDone(300) {
                                let some = try await jobs.claimSome(4, worker: UInt64(worker))
                                if some.isEmpty {
                                    await Task.yield()
                                    continue
                                }
                                witness.began(some)
                                // Some end well, some fail, some are handed back: each gives its place back once.
                                witness.ended(some)
                                for (index, job) in some.enumerated() {
                                    switch (index + job.attempt) % 4 {
                                    case 0 where job.attempt < 3:
                                        _ = try await jobs.handBack(job.id, epoch: job.leaseEpoch)
                                    default:
                                        #expect(try await jobs.completeAll([job]).count == 1)
                                        witness.finished()
                                    }
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(witness.highest <= 3)
                let rows = try await engine.store.query("SELECT running FROM job_limit")
                #expect(rows.count == 3 && rows.allSatisfy { $0[0].int == 0 })
            }
        },
        Check(name: "keys take turns, however many jobs one of them has") { contract in
            try await contract.with { engine, jobs in
                for number in 0..<20 { try await jobs.enqueue(request(number, key: JobLimit(key: "greedy"))) }
                for number in 0..<2 { try await jobs.enqueue(request(number, key: JobLimit(key: "modest"))) }
                var keys: [String] = []
                for _ in 0..<6 {
                    keys += try await jobs.claimSome(1).compactMap(\.limitKey)
                    try await engine.advance(.milliseconds(1))
                }
                #expect(keys.prefix(4).count { $0 == "modest" } == 2)
                #expect(keys.count { $0 == "greedy" } == 4)
            }
        },
        Check(name: "a rate lets a burst begin, then one after each interval") { contract in
            try await contract.with { engine, jobs in
                let limit = JobLimit(key: "api", interval: .seconds(10), burst: 3)
                for number in 0..<8 { try await jobs.enqueue(request(number, key: limit)) }
                func begin() async throws -> Int {
                    var count = 0
                    while try await jobs.claimSome(10).count == 1 { count += 1 }
                    return count
                }
                #expect(try await begin() == 3)
                try await engine.advance(.seconds(9))
                #expect(try await begin() == 0)
                let due = try #require(try await jobs.nextDue())
                #expect(due > .zero && due <= .seconds(1))
                try await engine.advance(.seconds(1))
                #expect(try await begin() == 1)
                try await engine.advance(.seconds(20))
                #expect(try await begin() == 2)
                try await engine.advance(.seconds(3600))
                #expect(try await begin() == 2)
            }
        },
        Check(name: "a changed limit holds from the next enqueuing on") { contract in
            try await contract.with { _, jobs in
                for number in 0..<4 { try await jobs.enqueue(request(number, key: JobLimit(key: "k", runningMax: 1))) }
                #expect(try await jobs.claimSome().count == 1)
                #expect(try await jobs.claimSome().isEmpty)
                try await jobs.enqueue(request(5, key: JobLimit(key: "k", runningMax: 2)))
                #expect(try await jobs.claimSome().count == 1)
                #expect(try await jobs.claimSome().isEmpty)
            }
        },
        Check(name: "keys that nobody uses are forgotten, and one forgotten too early comes back") { contract in
            try await contract.with { engine, jobs in
                try await jobs.enqueue(request(1, key: JobLimit(key: "idle")))
                _ = try await jobs.completeAll(try await jobs.claimSome())
                try await engine.advance(.seconds(2 * 86_400))
                _ = try await jobs.pruneAsLeader(completed: .zero, failed: .zero)
                #expect(try await engine.store.query("SELECT 1 FROM job_limit").isEmpty)
                try await jobs.enqueue(request(2, key: JobLimit(key: "lost")))
                try await engine.store.run("DELETE FROM job_limit")
                #expect(try await jobs.claimSome().isEmpty)
                _ = try await jobs.pruneAsLeader(completed: .zero, failed: .zero)
                #expect(try await jobs.claimSome().count == 1)
            }
        },
    ]
}

/// Counts from outside how many jobs of each key run at once.
private final class Witness: Sendable {
    private struct State {
        var running: [String: Int] = [:]
        var highest = 0
        var done = 0
    }

    private let state = Mutex(State())

    func began(_ jobs: [JobRecord]) {
        state.withLock { state in
            for job in jobs {
                state.running[job.limitKey ?? "", default: 0] += 1
                state.highest = max(state.highest, state.running[job.limitKey ?? ""] ?? 0)
            }
        }
    }

    func ended(_ jobs: [JobRecord]) {
        state.withLock { state in for job in jobs { state.running[job.limitKey ?? "", default: 0] -= 1 } }
    }

    func finished() { state.withLock { $0.done += 1 } }
    func isDone(_ count: Int) -> Bool { state.withLock { $0.done >= count } }
    var highest: Int { state.withLock { $0.highest } }
}

import Bus
import Jobs
import Store
import Testing
import Threading

private struct Refusal: Error {}

extension JobContract {
    static let queueing = [
        Check(name: "a job keeps what it was enqueued with and is completed once") { contract in
            try await contract.with { engine, jobs in
                var request = request(7)
                request.priority = 2
                request.attemptMax = 5
                let id = try await jobs.enqueue(request).id
                let before = try #require(try await jobs.job(id))
                #expect(before.state == .available && before.payload == "{\"number\":7}" && before.attempt == 0)
                let claimed = try await jobs.claimSome()
                #expect(claimed.map(\.id) == [id])
                let job = try #require(claimed.first)
                #expect(job.state == .running && job.attempt == 1 && job.priority == 2 && job.attemptMax == 5)
                let lease = job.leaseUntil.flatMap { job.attemptedAt?.duration(to: $0) } ?? .zero
                #expect(job.worker == worker(1) && lease > .seconds(29) && lease < .seconds(31))
                let completion = JobQueue.Completion(id: id, epoch: job.leaseEpoch, result: "{\"a\":\"\\\"b\\\\\"}")
                #expect(try await jobs.complete([completion]) == [id])
                #expect(try await jobs.complete([completion]).isEmpty)
                let after = try #require(try await jobs.job(id))
                #expect(after.state == .completed && after.result == "{\"a\":\"\\\"b\\\\\"}" && after.finishedAt != nil)
                #expect(after.worker == nil && after.leaseUntil == nil)
                #expect(try await jobs.claimSome().isEmpty)
            }
        },
        Check(name: "many completions go into one transaction, with their results") { contract in
            try await contract.with { _, jobs in
                for number in 0..<20 { try await jobs.enqueue(request(number)) }
                let claimed = try await jobs.claimSome(15)
                #expect(claimed.count == 15)
                let results: [String?] = ["\"x, {y} \\\\ \\\"z\\\"\"", nil, "null", "\"\"", "\"ünïcödé\""]
                let done = claimed.enumerated().map { index, job in
                    JobQueue.Completion(id: job.id, epoch: job.leaseEpoch, result: results[index % 5])
                }
                let stale = JobQueue.Completion(id: claimed[0].id, epoch: 99, result: nil)
                #expect(try await jobs.complete(done + [stale]) == Set(claimed.map(\.id)))
                for (index, job) in claimed.enumerated() {
                    #expect(try await jobs.job(job.id)?.result == results[index % 5])
                }
                #expect(try await jobs.counts().first?.available == 5)
            }
        },
        Check(name: "the smaller priority comes first, then the earlier job") { contract in
            try await contract.with { _, jobs in
                var ids: [UUIDv7] = []
                for priority in [5, 1, 9, 1, 0] {
                    var request = request()
                    request.priority = priority
                    ids.append(try await jobs.enqueue(request).id)
                }
                #expect(try await jobs.claimSome(2).map(\.id) == [ids[4], ids[1]])
                #expect(try await jobs.claimSome(3).map(\.id) == [ids[3], ids[0], ids[2]])
            }
        },
        Check(name: "jobs of one transaction begin in the order in which they were enqueued") { contract in
            try await contract.with { _, jobs in
                let limit = JobLimit(key: "one by one", runningMax: 1)
                let ids = try await jobs.enqueue(contentsOf: (0..<300).map { request($0) }).map(\.id)
                #expect(try await jobs.claimSome(300).map(\.id) == ids)
                let limited = try await jobs.enqueue(
                    contentsOf: (0..<20).map { number in
                        var request = request(number)
                        request.limit = limit
                        return request
                    }
                ).map(\.id)
                var begun: [UUIDv7] = []
                while let job = try await jobs.claimSome(1).first {
                    begun.append(job.id)
                    let done = JobQueue.Completion(id: job.id, epoch: job.leaseEpoch, result: nil)
                    _ = try await jobs.complete([done])
                }
                #expect(begun == limited)
            }
        },
        Check(name: "a job for later is claimed when its time has come") { contract in
            try await contract.with { engine, jobs in
                var request = request()
                request.delay = .seconds(60)
                let id = try await jobs.enqueue(request).id
                #expect(try await jobs.state(id) == .scheduled)
                #expect(try await jobs.stage() == 0)
                #expect(try await jobs.claimSome().isEmpty)
                let due = try #require(try await jobs.nextDue())
                #expect(due > .seconds(50) && due <= .seconds(60))
                try await engine.advance(.seconds(61))
                #expect(try await jobs.nextDue() == .zero)
                #expect(try await jobs.stage() == 1)
                #expect(try await jobs.claimSome().map(\.id) == [id])
            }
        },
        Check(name: "a job is there if, and only if, its transaction commits") { contract in
            try await contract.with { engine, jobs in
                let kept = try await engine.store.commit(by: author) { try $0.enqueue(request(1)).id }.value
                do {
                    _ = try await engine.store.commit(by: author) { transaction in
                        try transaction.enqueue(request(2))
                        throw Refusal()
                    }
                    Issue.record("the transaction should have failed")
                } catch is Refusal {}
                #expect(try await jobs.jobs().map(\.id) == [kept])
            }
        },
        Check(name: "50 tasks enqueue the same unique job and one row is there") { contract in
            try await contract.with { engine, jobs in
                @Sendable func enqueue() async throws -> Enqueued {
                    var unique = request()
                    unique.uniqueKey = "only"
                    return try await jobs.enqueue(unique)
                }
                let all = try await withThrowingTaskGroup(of: Enqueued.self) { group in
                    for _ in 0..<50 { group.addTask { try await enqueue() } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(all.count { $0.isNew } == 1 && Set(all.map(\.id)).count == 1)
                // Running still counts; finished does not; and a lease that expires frees it in the end.
                let claimed = try await jobs.claimSome()
                #expect(claimed.count == 1)
                #expect(try await !enqueue().isNew)
                _ = try await jobs.completeAll(claimed)
                #expect(try await enqueue().isNew)
                for _ in 0..<3 {
                    #expect(try await jobs.claimSome().count == 1)
                    #expect(try await !enqueue().isNew)
                    try await engine.advance(.seconds(31))
                    #expect(try await jobs.rescueLate()[0] == 1)
                }
                #expect(try await enqueue().isNew)
            }
        },
        Check(name: "eight workers claim a thousand jobs and each is claimed once") { contract in
            try await contract.with { _, jobs in
                try await jobs.enqueue(contentsOf: (0..<1000).map { request($0) })
                let claimed = try await withThrowingTaskGroup(of: [UUIDv7].self) { group in
                    for worker in 0..<8 {
                        group.addTask {
                            var mine: [UUIDv7] = []
                            while true {
                                let some = try await jobs.claimSome(7, worker: UInt64(worker))
                                if some.isEmpty { return mine }
                                #expect(try await jobs.completeAll(some).count == some.count)
                                mine += some.map(\.id)
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(claimed.count == 1000 && Set(claimed).count == 1000)
            }
        },
        Check(name: "what is too large is refused and names the field") { contract in
            try await contract.with { _, jobs in
                var large = request()
                large.payload = String(repeating: "x", count: JobRequest.payloadBytesMax + 1)
                let first = await error { try await jobs.enqueue(large) } as? StoreError
                #expect(first?.code == .tooLarge && first?.subject.contains("payload") == true)
                var long = request()
                long.uniqueKey = String(repeating: "k", count: 201)
                let second = await error { try await jobs.enqueue(long) } as? StoreError
                #expect(second?.code == .tooLarge && second?.subject.contains("unique key") == true)
                let left = try await jobs.jobs()
                #expect(left.isEmpty)
            }
        },
    ]
}

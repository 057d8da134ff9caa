import Bus
import Jobs
import Store
import Testing

extension JobContract {
    static let operating = [
        Check(name: "a job is cancelled at once wherever it waits") { contract in
            try await contract.with { engine, jobs in
                var later = request()
                later.delay = .seconds(60)
                let scheduled = try await jobs.enqueue(later).id
                let available = try await jobs.enqueue(request()).id
                #expect(try await jobs.cancel(scheduled) == .cancelled)
                #expect(try await jobs.cancel(available) == .cancelled)
                #expect(try await jobs.cancel(available) == nil)
                let retryable = try await jobs.enqueue(request()).id
                let job = JobContext(try #require(try await jobs.claimSome().first))
                #expect(try await jobs.fail(job, JobError(.transient, "x"), delay: .seconds(9)) == .retryable)
                #expect(try await jobs.cancel(retryable) == .cancelled)
                try await engine.advance(.seconds(100))
                #expect(try await jobs.stage() == 0)
                #expect(try await jobs.claimSome().isEmpty)
            }
        },
        Check(name: "dead letters are replayed with all their attempts, one or all of a queue") { contract in
            try await contract.with { _, jobs in
                var ids: [UUIDv7] = []
                for number in 0..<3 { ids.append(try await jobs.enqueue(request(number)).id) }
                for job in try await jobs.claimSome() {
                    _ = try await jobs.fail(JobContext(job), JobError(.permanent, "bad"), delay: .zero)
                }
                #expect(try await jobs.counts().first?.discarded == 3)
                #expect(try await jobs.retry(ids[1]))
                #expect(try await jobs.requeueDiscarded(media) == 2)
                let claimed = try await jobs.claimSome()
                #expect(Set(claimed.map(\.id)) == Set(ids))
                #expect(claimed.allSatisfy { $0.attempt == 1 && $0.errors.count == 1 })
                #expect(try await !jobs.retry(ids[0]))
            }
        },
        Check(name: "a dead letter whose work is under way again stays where it is") { contract in
            try await contract.with { _, jobs in
                var unique = request()
                unique.uniqueKey = "one"
                for _ in 0..<2 {
                    try await jobs.enqueue(unique)
                    let job = try #require(try await jobs.claimSome().first)
                    _ = try await jobs.fail(JobContext(job), JobError(.permanent, "bad"), delay: .zero)
                }
                #expect(try await jobs.requeueDiscarded(media) == 1)
                #expect(try await jobs.requeueDiscarded(media) == 0)
                let dead = try #require(try await jobs.jobs(state: .discarded).first)
                #expect(await code { _ = try await jobs.retry(dead.id) } == .constraint)
            }
        },
        Check(name: "a paused queue gives nothing out until it is resumed") { contract in
            try await contract.with { _, jobs in
                try await jobs.enqueue(request(1))
                try await jobs.enqueue(request(2, key: JobLimit(key: "k")))
                try await jobs.pause(media, by: "ann")
                #expect(try await jobs.claimSome().isEmpty)
                #expect(try await jobs.claimSome().isEmpty)
                let counts = try #require(try await jobs.counts().first)
                #expect(counts.pausedAt != nil && counts.pausedBy == "ann" && counts.available == 2)
                try await jobs.resume(media)
                #expect(try await jobs.claimSome().count == 2)
            }
        },
        Check(name: "finished jobs go when they are old enough, unfinished ones never") { contract in
            try await contract.with { engine, jobs in
                for number in 0..<6 { try await jobs.enqueue(request(number)) }
                let claimed = try await jobs.claimSome(4)
                _ = try await jobs.completeAll(Array(claimed[..<2]))
                _ = try await jobs.fail(JobContext(claimed[2]), JobError(.permanent, "x"), delay: .zero)
                try await engine.advance(.seconds(3600))
                #expect(try await jobs.pruneAsLeader(completed: .seconds(7200), failed: .seconds(7200)) == 0)
                #expect(try await jobs.pruneAsLeader(completed: .seconds(1800), failed: .seconds(7200)) == 2)
                #expect(try await jobs.pruneAsLeader(completed: .seconds(1800), failed: .seconds(1800)) == 1)
                #expect(try await jobs.jobs().count == 3)
            }
        },
        Check(name: "who does not lead any more takes nothing back and removes nothing") { contract in
            try await contract.with { engine, jobs in
                for number in 0..<2 { try await jobs.enqueue(request(number)) }
                let claimed = try await jobs.claimSome()
                _ = try await jobs.completeAll(Array(claimed[..<1]))
                let first = Leadership(store: engine.store, holder: worker(1))
                let old = try #require(try await first.acquire("jobs", for: .seconds(10)))
                try await engine.advance(.seconds(40))
                let second = Leadership(store: engine.store, holder: worker(2))
                let new = try #require(try await second.acquire("jobs", for: .seconds(10)))
                #expect(new.term > old.term)
                #expect(try await jobs.rescue(under: old).count == 0)
                #expect(try await jobs.prune(completed: .zero, failed: .zero, under: old) == 0)
                #expect(try await jobs.rescue(under: new).count == 1)
                #expect(try await jobs.prune(completed: .zero, failed: .zero, under: new) == 1)
            }
        },
        Check(name: "jobs are listed by queue, state and kind, page by page") { contract in
            try await contract.with { _, jobs in
                for number in 0..<5 { try await jobs.enqueue(request(number)) }
                var other = JobRequest(queue: "signals", kind: "compute", payload: "{}")
                other.delay = .seconds(5)
                let id = try await jobs.enqueue(other).id
                #expect(try await jobs.jobs(queue: "signals").map(\.id) == [id])
                #expect(try await jobs.jobs(state: .scheduled, kind: "compute").map(\.id) == [id])
                let first = try await jobs.jobs(queue: "media", limit: 3)
                let second = try await jobs.jobs(queue: "media", before: first.last?.id, limit: 3)
                #expect(first.count == 3 && second.count == 2)
                #expect(Set((first + second).map(\.payload)).count == 5)
                #expect(try await jobs.counts().map(\.queue) == ["media", "signals"])
            }
        },
        Check(name: "the table itself refuses states that cannot be") { contract in
            try await contract.with { engine, jobs in
                let id = try await jobs.enqueue(request()).id
                for statement: SQL in [
                    "UPDATE job SET state = 'running' WHERE id = ?1",
                    "UPDATE job SET state = 'completed' WHERE id = ?1",
                    "UPDATE job SET finished_at = 1 WHERE id = ?1",
                    "UPDATE job SET attempt = attempt_max + 1 WHERE id = ?1",
                    "UPDATE job SET state = 'lost' WHERE id = ?1",
                ] {
                    #expect(await code { try await engine.store.run(statement, [SQLValue(id)]) } == .constraint)
                }
            }
        },
    ]
}

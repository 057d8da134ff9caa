import Bus
import Domain
import Jobs
import Store
import Testing

extension JobContract {
    static let ending = [
        Check(name: "a failure is tried again after its delay, then given up with an event") { contract in
            try await contract.with { engine, jobs in
                let id = try await jobs.enqueue(request()).id
                for attempt in 1...3 {
                    let claimed = try await jobs.claimSome()
                    let job = JobContext(try #require(claimed.first))
                    #expect(job.attempt == attempt)
                    let error = JobError(.transient, "no \(attempt)")
                    let state = try await jobs.fail(job, error, delay: .seconds(10))
                    #expect(state == (attempt == 3 ? .discarded : .retryable))
                    #expect(try await jobs.stage() == 0)
                    #expect(try await jobs.claimSome().isEmpty)
                    try await engine.advance(.seconds(11))
                    #expect(try await jobs.stage() == (attempt == 3 ? 0 : 1))
                }
                let job = try #require(try await jobs.job(id))
                #expect(
                    job.errors.map(\.message) == ["no 1", "no 2", "no 3"] && job.errors.map(\.attempt) == [1, 2, 3]
                )
                #expect(job.finishedAt != nil)
                let events = try await engine.store.read(.topic(JobDiscarded.topic), from: 0).events
                #expect(events.count == 1)
                let event = try EventCodec.decode(JobDiscarded.self, from: try #require(events.first).payload)
                #expect(event.job == id && event.attempts == 3 && event.reason == "no 3" && event.queue == "media")
            }
        },
        Check(name: "a permanent failure is not tried again") { contract in
            try await contract.with { _, jobs in
                let id = try await jobs.enqueue(request()).id
                let job = JobContext(try #require(try await jobs.claimSome().first))
                #expect(try await jobs.fail(job, JobError(.permanent, "bad"), delay: .zero) == .discarded)
                #expect(try await jobs.job(id)?.attempt == 1)
            }
        },
        Check(name: "being asked to wait uses no attempt") { contract in
            try await contract.with { engine, jobs in
                let id = try await jobs.enqueue(request()).id
                for _ in 0..<30 {
                    let job = JobContext(try #require(try await jobs.claimSome().first))
                    #expect(job.attempt == 1)
                    let error = JobError(.throttled(retryAfter: .seconds(5)), "slow down")
                    #expect(try await jobs.fail(job, error, delay: .zero) == .retryable)
                    try await engine.advance(.seconds(6))
                    #expect(try await jobs.stage() == 1)
                }
                // Errors are kept, but not without end.
                #expect(try await jobs.job(id)?.errors.count == 20)
            }
        },
        Check(name: "a worker that lost its lease writes nothing and gives nothing back") { contract in
            try await contract.with { engine, jobs in
                let limit = JobLimit(key: "k", runningMax: 1)
                let id = try await jobs.enqueue(request(1, key: limit)).id
                try await jobs.enqueue(request(2, key: limit))
                let first = try #require(try await jobs.claimSome().first)
                try await engine.advance(.seconds(31))
                #expect(try await jobs.rescueLate() == [1, 0])
                let second = try #require(try await jobs.claimSome(worker: 2).first)
                #expect(second.id == id && second.leaseEpoch == first.leaseEpoch + 1 && second.attempt == 2)
                #expect(second.errors.count == 1)

                let zombie = JobContext(first)
                #expect(try await jobs.completeAll([first]).isEmpty)
                #expect(try await jobs.fail(zombie, JobError(.transient, "late"), delay: .zero) == nil)
                #expect(try await jobs.snooze(zombie, until: nil) == nil)
                #expect(try await !jobs.endCancelled(zombie))
                #expect(try await !jobs.handBack(zombie.id, epoch: zombie.leaseEpoch))
                #expect(try await jobs.heartbeat(worker: worker(1), lease: .seconds(30)).isEmpty)
                // The place is still taken by the second: nothing was given back by the first.
                #expect(try await jobs.claimSome(worker: 3).isEmpty)
                #expect(try await jobs.completeAll([second]) == [id])
                #expect(try await jobs.claimSome(worker: 3).count == 1)
            }
        },
        Check(name: "a heartbeat keeps the lease and tells of a cancellation") { contract in
            try await contract.with { engine, jobs in
                let id = try await jobs.enqueue(request()).id
                let job = try #require(try await jobs.claimSome().first)
                for _ in 0..<5 {
                    try await engine.advance(.seconds(20))
                    let held = try await jobs.heartbeat(worker: worker(1), lease: .seconds(30))
                    #expect(held.map(\.id) == [id] && held.first?.isCancelRequested == false)
                    #expect(try await jobs.rescueLate()[0] == 0)
                }
                #expect(try await jobs.cancel(id) == .running)
                #expect(
                    try await jobs.heartbeat(worker: worker(1), lease: .seconds(30)).first?.isCancelRequested == true
                )
                #expect(try await jobs.endCancelled(JobContext(job)))
                #expect(try await jobs.state(id) == .cancelled)
            }
        },
        Check(name: "a sleeping job wakes by its time or by a nudge, and no nudge is lost") { contract in
            try await contract.with { engine, jobs in
                let id = try await jobs.enqueue(request()).id
                var job = JobContext(try #require(try await jobs.claimSome().first))
                let until = try #require(try await jobs.job(id)?.attemptedAt).advanced(by: .seconds(60))
                #expect(try await jobs.snooze(job, until: until) == .scheduled)
                #expect(try await jobs.claimSome().isEmpty)
                try await engine.advance(.seconds(61))
                #expect(try await jobs.stage() == 1)
                job = JobContext(try #require(try await jobs.claimSome().first))
                #expect(job.attempt == 1)
                // A child ends between looking and sleeping.
                var child = request()
                child.parent = id
                try await jobs.enqueue(child)
                let running = try await jobs.claimSome(worker: 2)
                #expect(try await jobs.completeAll(running).count == 1)
                #expect(try await jobs.snooze(job, until: nil) == .available)
                job = JobContext(try #require(try await jobs.claimSome().first))
                #expect(job.nudges == 1)
                // Nothing has come since: it sleeps, until another child ends.
                #expect(try await jobs.snooze(job, until: nil) == .scheduled)
                let last = try await jobs.enqueue(child).id
                #expect(try await jobs.cancel(last) == .cancelled)
                #expect(try await jobs.claimSome().map(\.id) == [id])
            }
        },
        Check(name: "handing back uses no attempt") { contract in
            try await contract.with { _, jobs in
                let id = try await jobs.enqueue(request()).id
                for _ in 0..<5 {
                    let job = try #require(try await jobs.claimSome().first)
                    #expect(job.id == id && job.attempt == 1)
                    #expect(try await jobs.handBack(id, epoch: job.leaseEpoch))
                }
            }
        },
        Check(name: "a job whose worker keeps dying is given up, and so is one that was to be cancelled") { contract in
            try await contract.with { engine, jobs in
                let id = try await jobs.enqueue(request()).id
                for attempt in 1...3 {
                    #expect(try await jobs.claimSome().first?.attempt == attempt)
                    try await engine.advance(.seconds(31))
                    #expect(try await jobs.rescueLate() == [1, attempt == 3 ? 1 : 0])
                }
                #expect(try await jobs.state(id) == .discarded)
                let doomed = try await jobs.enqueue(request()).id
                #expect(try await jobs.claimSome().count == 1)
                #expect(try await jobs.cancel(doomed) == .running)
                try await engine.advance(.seconds(31))
                #expect(try await jobs.rescueLate() == [1, 0])
                #expect(try await jobs.state(doomed) == .cancelled)
            }
        },
    ]
}

import Bus
import Jobs
import Store
import Testing

extension ScheduleContract {
    static let sharing = [
        Check(name: "two schedulers, 100 schedules, an hour of minutes: one job for each of each") { contract in
            let store = try await contract.open()
            let other = try await contract.openAnother(beside: store)
            let books = [ScheduleBook(store: store), ScheduleBook(store: other)]
            for number in 0..<100 {
                var definition = contract.definition("s\(number)", cron: "* * * * *")
                definition.overlap = .allow
                try await books[number % 2].install(definition, as: .code)
            }
            for _ in 0..<60 {
                try await contract.advance(store, by: .seconds(60))
                await withTaskGroup(of: TickReport.self) { group in
                    for book in books { group.addTask { await book.tick() } }
                    for await report in group {
                        #expect(report.failures.isEmpty && report.interruption == nil && report.lost.isEmpty)
                    }
                }
                // What one had in hand when the other looked is left to it, so everything is done by now.
            }
            let fires = try await store.query(
                """
                SELECT count(*), count(DISTINCT f.job), min(f.fire_at), max(f.fire_at),
                    sum(CASE WHEN j.id IS NULL THEN 1 ELSE 0 END)
                FROM schedule_fire f LEFT JOIN job j ON j.id = f.job
                """
            )
            #expect(fires.first?.prefix(2).map(\.int) == [6000, 6000])
            #expect(fires.first?[2].time == start.advanced(by: .seconds(60)))
            #expect(fires.first?[3].time == start.advanced(by: .seconds(3600)))
            #expect(fires.first?[4].int == 0)
            #expect(try await store.query("SELECT count(*) FROM job").first?[0].int == 6000)
            #expect(
                try await store.query(
                    "SELECT count(*) FROM (SELECT 1 FROM schedule_fire GROUP BY schedule HAVING count(*) <> 60) AS x"
                ).first?[0].int == 0
            )
            if contract.opensTwice { await other.close() }
            await store.close()
        },
        Check(name: "a schedule that is changed between the look and the firing keeps its new times") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            try await book.install(contract.definition(), as: .code)
            try await contract.advance(store, by: .seconds(3600))
            let gate = try ThreadGate()
            async let change: Committed<Void> = store.commit(by: Incarnation(of: "operator")) { transaction in
                gate.pass()
                try transaction.execute(
                    "UPDATE schedule SET cron = '30 * * * *', next_at = next_at + 1800000000000 WHERE name = 'hourly'"
                )
            }
            try await gate.waitForArrival()
            async let tick = book.tick()
            try await EventLogContract.waitForQueue(store, 1)
            gate.open()
            _ = try await change
            let report = await tick
            #expect(report.runs.isEmpty && report.failures.isEmpty && report.interruption == nil)
            #expect(await book.tick().untilNext == .seconds(1800))
            #expect(try await contract.jobs(store).isEmpty)
            await store.close()
        },
        Check(name: "a database whose clock goes back fires nothing twice") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            var definition = contract.definition()
            definition.overlap = .allow
            try await book.install(definition, as: .code)
            try await contract.advance(store, by: .seconds(3600))
            #expect(await book.tick().runs.count == 1)
            try await contract.advance(store, by: .seconds(-1800))
            // Worked out anew from the earlier time, the next time is one that has been run.
            definition.cron = "0 */1 * * *"
            try await book.install(definition, as: .code)
            for _ in 0..<2 {
                #expect(await book.tick().runs.isEmpty)
                try await contract.advance(store, by: .seconds(1800))
            }
            #expect(await book.tick().runs.isEmpty)
            #expect(try await contract.jobs(store).count == 1)
            try await contract.advance(store, by: .seconds(1800))
            #expect(await book.tick().runs.count == 1)
            await store.close()
        },
    ]

    static let leading = [
        Check(name: "of two who campaign one leads, and the other follows it with a higher term") { contract in
            let store = try await contract.open()
            let (first, second) = (Leadership(store: store), Leadership(store: store))
            let leases = try await withThrowingTaskGroup(of: Lease?.self, returning: [Lease].self) { group in
                for candidate in [first, second] {
                    group.addTask { try await candidate.acquire("pruner", for: .seconds(10)) }
                }
                return try await group.reduce(into: []) { leases, lease in
                    if let lease { leases.append(lease) }
                }
            }
            #expect(leases.count == 1)
            let winner = try #require(leases.first)
            let loser = winner.holder == first.holder ? second : first
            #expect(try await loser.current("pruner") == winner)
            try await contract.advance(store, by: .seconds(9))
            #expect(try await loser.acquire("pruner", for: .seconds(10)) == nil)
            try await contract.advance(store, by: .seconds(1))
            #expect(try await loser.current("pruner") == nil)
            let next = try #require(try await loser.acquire("pruner", for: .seconds(10)))
            #expect(next.holder == loser.holder && next.term > winner.term)
            await store.close()
        },
        Check(name: "a lease lasts as long as it is renewed and no longer") { contract in
            let store = try await contract.open()
            let (leader, rival) = (Leadership(store: store), Leadership(store: store))
            let lease = try #require(try await leader.acquire("pruner", for: .seconds(10)))
            for _ in 0..<5 {
                try await contract.advance(store, by: .seconds(8))
                #expect(try await leader.renew(lease, for: .seconds(10)))
                #expect(try await rival.acquire("pruner", for: .seconds(10)) == nil)
            }
            try await contract.advance(store, by: .seconds(10))
            #expect(try await !leader.renew(lease, for: .seconds(10)))
            // Given back, it is free at once; another name is another matter.
            let second = try #require(try await leader.acquire("pruner", for: .seconds(10)))
            #expect(second.term > lease.term)
            #expect(try await rival.acquire("reaper", for: .seconds(10)) != nil)
            #expect(try await !leader.release(lease))
            #expect(try await leader.release(second))
            #expect(try await rival.acquire("pruner", for: .seconds(10)) != nil)
            await store.close()
        },
        Check(name: "what a former leader writes with its old term changes nothing") { contract in
            let store = try await contract.open()
            let (paused, successor) = (Leadership(store: store), Leadership(store: store))
            let old = try #require(try await paused.acquire("pruner", for: .seconds(10)))
            let held = Lease.isHeld(at: 2)
            let write = SQL(
                sqlite: "UPDATE job_queue SET paused_by = ?1 WHERE \(held.sqlite)",
                postgres: "UPDATE job_queue SET paused_by = $1 WHERE \(held.postgres)"
            )
            func wrote(_ text: String, _ lease: Lease) async throws -> Bool {
                try await store.run(write, [.text(text)] + lease.arguments)
                return try await store.query("SELECT paused_by FROM job_queue").first?[0].text == text
            }
            try await store.run("INSERT INTO job_queue (name, paused_by) VALUES ('q', 'nobody')")
            #expect(try await wrote("first", old))
            // Stopped past its lease: refused even before anybody else leads, and after.
            try await contract.advance(store, by: .seconds(11))
            #expect(try await !wrote("too late", old))
            let new = try #require(try await successor.acquire("pruner", for: .seconds(10)))
            #expect(try await !wrote("zombie", old))
            #expect(try await wrote("second", new))
            #expect(try await !paused.renew(old, for: .seconds(10)))
            #expect(try await !paused.release(old))
            #expect(try await successor.current("pruner") == new)
            await store.close()
        },
    ]
}

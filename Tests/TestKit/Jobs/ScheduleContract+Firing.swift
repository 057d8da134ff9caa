import Bus
import Jobs
import Store
import Testing

extension ScheduleContract {
    static let firing = [
        Check(name: "a time is run once, with what the definition says") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            var definition = contract.definition()
            definition.priority = 2
            definition.attemptMax = 5
            try await book.install(definition, as: .code)
            let due = contract.now.advanced(by: .seconds(3600))
            #expect(await book.tick().untilNext == .seconds(3600))
            #expect(try await contract.jobs(store).isEmpty)

            try await contract.advance(store, by: .seconds(3600))
            let report = await book.tick()
            #expect(report.runs.map(\.fireAt) == [due] && report.lost.isEmpty && report.interruption == nil)
            #expect(report.untilNext == .seconds(3600))
            #expect(await book.tick().runs.isEmpty)
            let job = try #require(try await contract.jobs(store).first)
            #expect(job.id == report.runs.first?.job && job.state == .available)
            #expect(job.queue == "media" && job.kind == "render" && job.payload == #"{"n":1}"#)
            #expect(job.priority == 2 && job.attemptMax == 5)
            let schedule = try #require(try await book.show("hourly"))
            #expect(schedule.lastAt == due && schedule.lastJob == job.id)
            #expect(schedule.nextAt == due.advanced(by: .seconds(3600)))
            #expect(try await contract.jobs(store).count == 1)
            await store.close()
        },
        Check(name: "three hours and seven minutes of downtime are 0, 1 or 3 runs") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            let policies: [(String, CatchUpPolicy)] = [
                ("skip", .skip), ("once", .once), ("all", .all(window: .seconds(86_400), countMax: 100)),
            ]
            for (name, policy) in policies {
                var definition = contract.definition(name)
                definition.catchUp = policy
                try await book.install(definition, as: .code)
            }
            try await contract.advance(store, by: .seconds(3 * 3600 + 7 * 60))
            let report = await book.tick()
            let hours = (1...3).map { start.advanced(by: .seconds($0 * 3600)) }
            #expect(report.runs.filter { $0.schedule == "skip" }.isEmpty)
            #expect(report.runs.filter { $0.schedule == "once" }.map(\.fireAt) == [hours[2]])
            #expect(report.runs.filter { $0.schedule == "all" }.map(\.fireAt) == hours)
            #expect(report.lost.first { $0.schedule == "skip" }?.missed == 3)
            #expect(report.lost.first { $0.schedule == "once" }?.missed == 2)
            #expect(report.lost.first { $0.schedule == "all" } == nil)
            #expect(try await contract.jobs(store).count == 4)
            for (name, _) in policies {
                #expect(try await book.show(name)?.nextAt == start.advanced(by: .seconds(4 * 3600)))
            }
            await store.close()
        },
        Check(name: "while a run is unfinished the overlap rule decides") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            for policy in OverlapPolicy.allCases {
                var definition = contract.definition(policy.rawValue, cron: "* * * * *")
                definition.overlap = policy
                try await book.install(definition, as: .code)
            }
            var runs: [String: Int] = [:]
            func look() async throws {
                try await contract.advance(store, by: .seconds(60))
                let report = await book.tick()
                for run in report.runs { runs[run.schedule, default: 0] += 1 }
            }
            try await look()
            #expect(try await contract.work(store, isFinishing: false) == 3)
            for _ in 0..<3 { try await look() }
            #expect(runs == ["skip": 1, "queue_one": 2, "allow": 4])
            // The one that waits does not begin before the one that runs has finished.
            #expect(try await contract.work(store, isFinishing: false) == 3)
            try await contract.finishRunning(store)
            #expect(try await contract.work(store) == 1)
            try await look()
            #expect(runs == ["skip": 2, "queue_one": 3, "allow": 5])
            await store.close()
        },
        Check(name: "runs that are caught up with begin one after another unless they may overlap") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            var definition = contract.definition()
            definition.catchUp = .all(window: .seconds(86_400), countMax: 100)
            try await book.install(definition, as: .code)
            try await contract.advance(store, by: .seconds(3 * 3600))
            #expect(await book.tick().runs.count == 3)
            for _ in 0..<3 { #expect(try await contract.work(store) == 1) }
            #expect(try await contract.work(store) == 0)
            await store.close()
        },
        Check(name: "a schedule that is broken does not stop the others") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            for name in ["a", "b", "c"] { try await book.install(contract.definition(name), as: .code) }
            try await store.run("UPDATE schedule SET cron = 'never' WHERE name = 'a'")
            try await contract.advance(store, by: .seconds(3600))
            var backoff = ScheduleBackoff()
            let report = await book.tick(backoff)
            #expect(report.runs.map(\.schedule) == ["b", "c"])
            #expect(report.failures.map(\.schedule) == ["a"] && report.interruption == nil)
            // It is left alone for a second, then tried again, then for two.
            backoff.note(report)
            #expect(await book.tick(backoff).failures.isEmpty)
            try await contract.advance(store, by: .seconds(1))
            let second = await book.tick(backoff)
            #expect(second.failures.map(\.schedule) == ["a"])
            backoff.note(second)
            try await contract.advance(store, by: .seconds(1))
            #expect(await book.tick(backoff).failures.isEmpty)
            try await contract.advance(store, by: .seconds(1))
            #expect(await book.tick(backoff).failures.map(\.schedule) == ["a"])
            await store.close()
        },
        Check(name: "a time whose job cannot be enqueued is not marked as run") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            try await book.install(contract.definition(), as: .code)
            try await store.run("UPDATE schedule SET payload = ?1", [.text(String(repeating: " ", count: 1_100_000))])
            try await contract.advance(store, by: .seconds(3600))
            let report = await book.tick()
            #expect(report.runs.isEmpty && report.failures.count == 1)
            #expect(try await book.runs(of: "hourly").isEmpty)
            try await book.install(contract.definition(), as: .code)
            #expect(await book.tick().runs.count == 1)
            await store.close()
        },
    ]
}

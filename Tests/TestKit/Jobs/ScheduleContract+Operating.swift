import Bus
import Jobs
import Store
import Testing

extension ScheduleContract {
    static let operating = [
        Check(name: "a paused schedule does not fire, and missed nothing when it goes on") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            try await book.install(contract.definition(), as: .code)
            try await book.pause("hourly")
            try await contract.advance(store, by: .seconds(3 * 3600 + 60))
            #expect(await book.tick().runs.isEmpty)
            try await book.resume("hourly")
            let report = await book.tick()
            #expect(report.runs.isEmpty && report.lost.isEmpty)
            #expect(report.untilNext == .seconds(59 * 60))
            try await contract.advance(store, by: .seconds(59 * 60))
            #expect(await book.tick().runs.count == 1)
            // Resuming what runs changes nothing.
            let nextAt = try await book.show("hourly")?.nextAt
            try await contract.advance(store, by: .seconds(2 * 3600))
            try await book.resume("hourly")
            #expect(try await book.show("hourly")?.nextAt == nextAt)
            await store.close()
        },
        Check(name: "run now works while paused and whatever runs, once a moment") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            try await book.install(contract.definition(), as: .code)
            try await book.pause("hourly")
            let first = try await book.runNow("hourly")
            let again = try await book.runNow("hourly")
            #expect(first.isNew && !again.isNew && again.id == first.id)
            try await contract.advance(store, by: .seconds(1))
            #expect(try await book.runNow("hourly").isNew)
            #expect(try await contract.jobs(store).count == 2)
            let runs = try await book.runs(of: "hourly")
            #expect(runs.map(\.fireAt) == [contract.now, contract.now.advanced(by: .seconds(-1))])
            #expect(runs.map(\.state) == [.available, .available])
            #expect(try await book.run(ofJob: first.id) == runs.last)
            #expect(try await book.run(ofJob: UUIDv7(high: 1, low: 1)) == nil)
            #expect(try await book.show("hourly")?.lastAt == contract.now)
            await store.close()
        },
        Check(name: "a schedule that is not there is said to be unknown") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            let expected = "there is no schedule x"
            #expect(await scheduleError { try await book.pause("x") } == expected)
            #expect(await scheduleError { try await book.resume("x") } == expected)
            #expect(await scheduleError { try await book.runNow("x") } == expected)
            #expect(await scheduleError { try await book.remove("x") } == expected)
            #expect(try await book.show("x") == nil)
            await store.close()
        },
        Check(name: "removing a schedule leaves its jobs") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            try await book.install(contract.definition(), as: .code)
            try await book.runNow("hourly")
            try await book.remove("hourly")
            try await contract.advance(store, by: .seconds(3600))
            #expect(await book.tick().runs.isEmpty)
            #expect(try await book.runs(of: "hourly").isEmpty)
            #expect(try await contract.jobs(store).count == 1)
            await store.close()
        },
        Check(name: "the latest runs of all schedules are listed, newest first") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            #expect(try await book.latestRuns().isEmpty)
            try await book.install(contract.definition(), as: .code)
            try await book.install(contract.definition("other"), as: .code)
            for name in ["hourly", "other", "hourly"] {
                try await book.runNow(name)
                try await contract.advance(store, by: .seconds(1))
            }
            // Two runs of one schedule do not overlap, so the second one still waits.
            try await contract.work(store)
            let runs = try await book.latestRuns(limit: 2)
            #expect(runs.map(\.schedule) == ["hourly", "other"])
            #expect(runs.map(\.state) == [.available, .completed])
            #expect(try await book.latestRuns().count == 3)
            await store.close()
        },
        Check(name: "old runs are pruned once their jobs have finished") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            try await book.install(contract.definition(), as: .code)
            try await book.runNow("hourly")
            try await contract.work(store)
            try await contract.advance(store, by: .seconds(1))
            try await book.runNow("hourly")
            try await contract.advance(store, by: .seconds(1))
            #expect(try await book.prune(keptFor: .seconds(3)) == 0)
            #expect(try await book.prune(keptFor: .seconds(0)) == 1)
            #expect(try await book.runs(of: "hourly").map(\.state) == [.available])
            await store.close()
        },
        Check(name: "whoever waits for schedules is told of a change") { contract in
            let store = try await contract.open()
            let book = ScheduleBook(store: store)
            let notices = store.notices()
            try await book.install(contract.definition(), as: .code)
            #expect(await notices.contains(ScheduleBook.notice))
            await store.close()
        },
    ]
}

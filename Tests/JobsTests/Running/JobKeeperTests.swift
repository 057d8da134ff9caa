import Bus
import Jobs
import Store
import TestKit
import Testing
import Threading

@Suite(.timeLimit(.minutes(1))) struct JobKeeperTests {
    @Test func `between two looks it rests, time after time`() async throws {
        let fixture = try await ScheduleFixture()
        let looks = Reports<JobKeeper.Report>()
        let total = Mutex(0)
        let keeper = JobKeeper(queue: JobQueue(store: fixture.store), clock: fixture.clock) { report in
            total.withLock { $0 += 1 }
            looks.add(report)
        }
        // So that every look is told.
        try await fixture.store.run("ALTER TABLE job RENAME TO mislaid")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await keeper.runStaging() }
            for look in 1...5 {
                guard case .failed(what: "staging", error: _) = await looks.next() else {
                    Issue.record("look \(look) was not told")
                    return
                }
                await fixture.clock.waitForSleepers()
                // Room for a look that should not be.
                for _ in 1...20 { _ = try await fixture.store.query("SELECT 1") }
                #expect(total.withLock { $0 } == look)
                fixture.clock.advance(by: .seconds(1))
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        await fixture.store.close()
    }
}

import Bus
import Jobs
import Store
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct SchedulerTests {
    private let runs = Reports<ScheduleRun>()
    private let failures = Reports<String>()

    private func scheduler(_ fixture: ScheduleFixture, pollEvery: Duration) -> Scheduler {
        let hooks = SchedulerHooks(
            ran: { [runs] in runs.add($0) },
            failed: { [failures] name, error in failures.add("\(name ?? "all"): \(error)") }
        )
        return Scheduler(ScheduleBook(store: fixture.store), clock: fixture.clock, pollEvery: pollEvery, hooks: hooks)
    }

    private func definition(_ name: String, cron: String = "* * * * *") -> ScheduleDefinition {
        ScheduleDefinition(name: name, cron: cron, queue: "media", kind: "render")
    }

    /// Runs a scheduler beside a body, and cancels it when the body is done.
    private func running(
        _ fixture: ScheduleFixture,
        pollEvery: Duration = .seconds(1),
        _ body: () async throws -> Void
    ) async throws {
        let scheduler = scheduler(fixture, pollEvery: pollEvery)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await scheduler.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
        await fixture.store.close()
    }

    @Test func `it sleeps until the next time, a second at most, and fires then`() async throws {
        let fixture = try await ScheduleFixture()
        try await ScheduleBook(store: fixture.store).install(definition("s"), as: .code)
        fixture.time.advance(by: .milliseconds(58_700))
        try await running(fixture) {
            await fixture.clock.waitForSleepers()
            #expect(fixture.clock.nextWakeUp?.offset == .seconds(1))
            fixture.advance(by: .seconds(1))
            await fixture.clock.waitForSleepers()
            #expect(fixture.clock.nextWakeUp?.offset == .milliseconds(1300))
            fixture.advance(by: .milliseconds(300))
            #expect(await runs.next()?.fireAt == ScheduleContract.start.advanced(by: .seconds(60)))
        }
    }

    @Test func `a notice wakes it before its time`() async throws {
        let fixture = try await ScheduleFixture()
        let book = ScheduleBook(store: fixture.store)
        try await book.install(definition("s"), as: .code)
        try await running(fixture, pollEvery: .seconds(3600)) {
            await fixture.clock.waitForSleepers()
            // Only the database's clock moves on; what measures the sleep stands still.
            fixture.time.advance(by: .seconds(60))
            fixture.store.post("jobs/media")
            fixture.store.post(ScheduleBook.notice)
            #expect(await runs.next()?.schedule == "s")
            #expect(fixture.clock.now == .zero)
        }
    }

    @Test func `a database that fails is asked again later and later, until it answers`() async throws {
        let fixture = try await ScheduleFixture()
        try await ScheduleBook(store: fixture.store).install(definition("s"), as: .code)
        try await fixture.store.run("ALTER TABLE schedule RENAME TO mislaid")
        try await running(fixture) {
            for wait in [250, 500, 1000] {
                #expect(await failures.next()?.hasPrefix("all: store: failed") == true)
                await fixture.clock.waitForSleepers()
                #expect(fixture.clock.nextWakeUp == fixture.clock.now.advanced(by: .milliseconds(wait)))
                guard wait < 1000 else { break }
                fixture.advance(by: .milliseconds(wait))
            }
            try await fixture.store.run("ALTER TABLE mislaid RENAME TO schedule")
            fixture.time.advance(by: .seconds(60))
            fixture.clock.advance(by: .seconds(1))
            #expect(await runs.next()?.schedule == "s")
        }
    }

    @Test func `a schedule that fails is reported by name, and the others fire`() async throws {
        let fixture = try await ScheduleFixture()
        let book = ScheduleBook(store: fixture.store)
        for name in ["a", "b"] { try await book.install(definition(name), as: .code) }
        try await fixture.store.run("UPDATE schedule SET time_zone = 'Europe/Nowhere' WHERE name = 'a'")
        fixture.time.advance(by: .seconds(60))
        try await running(fixture) {
            #expect(await runs.next()?.schedule == "b")
            #expect(await failures.next() == "a: time zone: this machine does not know the time zone Europe/Nowhere")
        }
    }

    @Test func `it ends with the store`() async throws {
        let fixture = try await ScheduleFixture()
        await fixture.store.close()
        let scheduler = scheduler(fixture, pollEvery: .seconds(1))
        await #expect(throws: StoreError.self) { try await scheduler.run() }
    }
}

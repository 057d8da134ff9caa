import Bus
import Jobs
import Store
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct LeaderLoopTests {
    private static let length = Duration.seconds(12)

    private let events = Reports<String>()
    private let body = Reports<String>()

    private func loop(_ fixture: ScheduleFixture, _ leadership: Leadership, _ label: String = "") -> LeaderLoop {
        LeaderLoop(leadership, "pruner", length: Self.length, clock: fixture.clock) { [events] event in
            switch event {
            case .elected(let lease): events.add("\(label)elected \(lease.term)")
            case .lost(let lease): events.add("\(label)lost \(lease.term)")
            case .released(let lease): events.add("\(label)released \(lease.term)")
            case .failed(let error): events.add("\(label)failed \(error.code)")
            }
        }
    }

    /// Leads until it is cancelled, and says so.
    private var leading: @Sendable (Lease) async throws -> Void {
        { [body] lease in
            body.add("began \(lease.term)")
            for await _ in AsyncStream<Never>.makeStream().stream {}
            body.add("cancelled \(lease.term)")
        }
    }

    @Test func `a body that ends gives the lease back`() async throws {
        let fixture = try await ScheduleFixture()
        let leadership = Leadership(store: fixture.store)
        try await loop(fixture, leadership).run { [body] in body.add("began \($0.term)") }
        #expect(await body.next() == "began 1")
        #expect(await events.next() == "elected 1")
        #expect(await events.next() == "released 1")
        #expect(try await leadership.current("pruner") == nil)
        await fixture.store.close()
    }

    @Test func `a body that throws gives the lease back and the error on`() async throws {
        struct Broken: Error {}
        let fixture = try await ScheduleFixture()
        let leadership = Leadership(store: fixture.store)
        await #expect(throws: Broken.self) { try await loop(fixture, leadership).run { _ in throw Broken() } }
        #expect(try await leadership.current("pruner") == nil)
        await fixture.store.close()
    }

    @Test func `the lease is renewed for as long as the body runs`() async throws {
        let fixture = try await ScheduleFixture()
        let leadership = Leadership(store: fixture.store)
        let loop = loop(fixture, leadership)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run(leading) }
            #expect(await body.next() == "began 1")
            for _ in 0..<9 {
                await fixture.clock.waitForSleepers(2)
                fixture.advance(by: Self.length / 3)
            }
            // Three lengths later it is still the first term.
            await fixture.clock.waitForSleepers(2)
            #expect(try await leadership.current("pruner")?.term == 1)
            loop.stop()
            try await group.waitForAll()
        }
        #expect(await body.next() == "cancelled 1")
        #expect(await events.next() == "elected 1")
        #expect(await events.next() == "released 1")
        await fixture.store.close()
    }

    @Test func `when the leader stops, whoever waits follows at once`() async throws {
        let fixture = try await ScheduleFixture()
        let first = loop(fixture, Leadership(store: fixture.store), "a ")
        let second = loop(fixture, Leadership(store: fixture.store), "b ")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.run(leading) }
            #expect(await events.next() == "a elected 1")
            group.addTask { try await second.run(leading) }
            // Two of the leader, one of the candidate.
            await fixture.clock.waitForSleepers(3)
            first.stop()
            // In either order: the database tells the one before the other can say what it did.
            #expect(await Set([events.next(), events.next()]) == ["a released 1", "b elected 2"])
            #expect(fixture.clock.now == .zero)
            second.stop()
            try await group.waitForAll()
        }
        #expect(await events.next() == "b released 2")
        await fixture.store.close()
    }

    @Test func `a leader that finds another in its place stops its body and campaigns again`() async throws {
        let fixture = try await ScheduleFixture()
        let rival = Leadership(store: fixture.store)
        let loop = loop(fixture, Leadership(store: fixture.store))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run(leading) }
            #expect(await body.next() == "began 1")
            await fixture.clock.waitForSleepers(2)
            // The process was stopped: the database's time went on, its own did not.
            fixture.time.advance(by: Self.length)
            let theirs = try #require(try await rival.acquire("pruner", for: Self.length))
            #expect(theirs.term == 2)
            fixture.clock.advance(by: Self.length / 3)
            #expect(await body.next() == "cancelled 1")
            #expect(await events.next() == "elected 1")
            #expect(await events.next() == "lost 1")
            await fixture.clock.waitForSleepers(1)
            #expect(try await rival.release(theirs))
            #expect(await events.next() == "elected 3")
            loop.stop()
            try await group.waitForAll()
        }
        await fixture.store.close()
    }

    @Test func `a lease that cannot be renewed ends the body before it runs out`() async throws {
        let fixture = try await ScheduleFixture()
        let loop = loop(fixture, Leadership(store: fixture.store))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run(leading) }
            #expect(await body.next() == "began 1")
            #expect(await events.next() == "elected 1")
            try await fixture.store.run("ALTER TABLE leadership RENAME TO mislaid")
            // At 4 s, and then every second until three quarters have passed.
            await fixture.clock.waitForSleepers(2)
            fixture.advance(by: .seconds(4))
            for _ in 4..<9 {
                #expect(await events.next() == "failed failed")
                await fixture.clock.waitForSleepers(2)
                fixture.advance(by: .seconds(1))
            }
            #expect(await body.next() == "cancelled 1")
            #expect(fixture.clock.now.offset == Self.length * 0.75)
            try await fixture.store.run("ALTER TABLE mislaid RENAME TO leadership")
            loop.stop()
            try await group.waitForAll()
        }
        await fixture.store.close()
    }

    @Test func `a loop that is cancelled leaves the lease to run out`() async throws {
        let fixture = try await ScheduleFixture()
        let leadership = Leadership(store: fixture.store)
        let loop = loop(fixture, leadership)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run(leading) }
            #expect(await body.next() == "began 1")
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(await body.next() == "cancelled 1")
        #expect(try await leadership.current("pruner")?.term == 1)
        fixture.time.advance(by: Self.length)
        #expect(try await leadership.current("pruner") == nil)
        await fixture.store.close()
    }
}

import Bus
import TestKit
import Testing

@testable import Store

@Suite struct LogAssignerTests {
    private let ballots = FullTopic(BallotCast.topic, "a")
    private let calls = FullTopic(CallLogged.topic)

    @Test func `offsets count through, numbers count per topic and subject`() {
        var assigner = LogAssigner(position: LogPosition(head: 7, oldest: 3, sizeBytes: 10))
        #expect(assigner.assign(ballots, sizeBytes: 5) == (8, 1))
        #expect(assigner.assign(calls, sizeBytes: 5) == (9, 1))
        #expect(assigner.assign(ballots, sizeBytes: 5) == (10, 2))
        #expect(assigner.position == LogPosition(head: 10, oldest: 3, sizeBytes: 25))
    }

    @Test func `what is rolled back is given again`() {
        var assigner = LogAssigner(position: LogPosition())
        _ = assigner.assign(ballots, sizeBytes: 1)
        let mark = assigner.mark
        _ = assigner.assign(ballots, sizeBytes: 1)
        _ = assigner.assign(calls, sizeBytes: 1)
        assigner.remove(throughOffset: 1, sizeBytes: 1)
        assigner.rollBack(to: mark)
        #expect(assigner.position == LogPosition(head: 1, oldest: 1, sizeBytes: 1))
        #expect(assigner.assign(calls, sizeBytes: 1) == (2, 1))
        #expect(assigner.assign(ballots, sizeBytes: 1) == (3, 2))
    }

    @Test func `what the database says replaces what was remembered, also after a failure`() {
        var assigner = LogAssigner(position: LogPosition(head: 3, oldest: 1, sizeBytes: 30))
        let start = assigner.mark
        assigner.adopt(LogPosition(head: 9, oldest: 2, sizeBytes: 80))
        #expect(assigner.assign(ballots, sizeBytes: 5) == (10, 1))
        let later = assigner.mark
        #expect(assigner.assign(ballots, sizeBytes: 5) == (11, 2))
        assigner.rollBack(to: later)
        #expect(assigner.position == LogPosition(head: 10, oldest: 2, sizeBytes: 85))
        assigner.rollBack(to: start)
        #expect(assigner.position == LogPosition(head: 9, oldest: 2, sizeBytes: 80))
        // A number that went out after all is not given again.
        assigner.note(4, of: ballots)
        #expect(assigner.assign(ballots, sizeBytes: 5) == (10, 5))
    }

    @Test func `an emptied log has no size`() {
        var assigner = LogAssigner(position: LogPosition(head: 2, oldest: 1, sizeBytes: 100))
        assigner.remove(throughOffset: 2, sizeBytes: 90)
        #expect(assigner.position == LogPosition(head: 2, oldest: 3, sizeBytes: 0))
    }
}

@Suite struct CatchUpTests {
    private func page(next: UInt64, head: UInt64, oldest: UInt64 = 1, agedOut: UInt64 = 0) -> LogPage {
        LogPage(events: [], next: next, head: head, oldest: oldest, agedOut: agedOut)
    }

    @Test func `the log is read to its end before the mailbox counts`() {
        var catchUp = CatchUp(position: 5)
        #expect(!catchUp.isLive)
        #expect(catchUp.receive(page(next: 8, head: 10)) == nil)
        #expect(!catchUp.isLive && catchUp.position == 8)
        #expect(catchUp.receive(page(next: 11, head: 10)) == nil)
        #expect(catchUp.isLive)
    }

    @Test func `what the log has given already is skipped`() {
        var catchUp = CatchUp(position: 1)
        _ = catchUp.receive(page(next: 11, head: 10))
        #expect(catchUp.receive(offset: 9, missedBefore: 3) == .skip)
        #expect(catchUp.receive(offset: 10, missedBefore: 0) == .skip)
        #expect(catchUp.receive(offset: 14, missedBefore: 0) == .handOut)
        #expect(catchUp.position == 15 && catchUp.isLive)
    }

    @Test func `a hole in the mailbox sends the consumer back to the log`() {
        var catchUp = CatchUp(position: 1)
        _ = catchUp.receive(page(next: 11, head: 10))
        #expect(catchUp.receive(offset: 20, missedBefore: 2) == .repair)
        #expect(!catchUp.isLive && catchUp.position == 11)
        _ = catchUp.receive(page(next: 21, head: 20))
        #expect(catchUp.isLive && catchUp.receive(offset: 20, missedBefore: 0) == .skip)
    }

    @Test func `offsets that have aged out are told`() {
        var catchUp = CatchUp(position: 5)
        #expect(catchUp.receive(page(next: 12, head: 11, oldest: 9, agedOut: 4)) == 5...8)
        #expect(catchUp.position == 12)
    }
}

@Suite struct PageWindowTests {
    private let position = LogPosition(head: 200_000, oldest: 101, sizeBytes: 0)

    @Test func `a window starts with the oldest kept and is bounded`() {
        let window = PageWindow(from: 1, position: position)
        #expect(window.start == 101 && window.end == 101 + LogPage.scanCountMax && !window.isEmpty)
        let page = window.page([], isFull: false)
        #expect(page.next == window.end && page.agedOut == 100 && !page.isComplete)
        #expect(PageWindow(from: 0, position: position).page([], isFull: false).agedOut == 0)
    }

    @Test func `behind the end there is nothing, and the reader stays where it is`() {
        for from: UInt64 in [200_001, 300_000, .max] {
            let window = PageWindow(from: from, position: position)
            #expect(window.isEmpty)
            let page = window.page([], isFull: false)
            #expect(page.next == from && page.isComplete && page.agedOut == 0)
        }
    }
}

@Suite struct RetentionPolicyTests {
    private let now = Timestamp(seconds: 1000)

    private func candidates(_ ages: [Int64]) -> [RetentionPolicy.Candidate] {
        ages.enumerated().map { index, age in
            .init(offset: UInt64(index) + 1, time: Timestamp(seconds: 1000 - age), sizeBytes: 10)
        }
    }

    @Test func `only the oldest in a row go`() {
        let policy = RetentionPolicy(ageMax: .seconds(60), sizeBytesMax: nil)
        // The third is old too, by a clock that was set back, but the second keeps it.
        let removal = policy.removable(candidates([100, 5, 100]), logSizeBytes: 30, at: now)
        #expect(removal?.last == 1 && removal?.sizeBytes == 10)
    }

    @Test func `size is freed until it fits and no further`() {
        let policy = RetentionPolicy(ageMax: nil, sizeBytesMax: 25)
        #expect(policy.removable(candidates([1, 1, 1, 1]), logSizeBytes: 40, at: now)?.last == 2)
        #expect(policy.removable(candidates([1, 1, 1, 1]), logSizeBytes: 25, at: now) == nil)
    }

    @Test func `a policy without bounds keeps everything`() {
        let policy = RetentionPolicy(ageMax: nil, sizeBytesMax: nil)
        #expect(policy.removable(candidates([10_000]), logSizeBytes: .max, at: now) == nil)
    }
}

@Suite struct MigrationPlanTests {
    private let known = ["0001-a", "0002-b", "0003-c"].map { Migration(id: $0, sqlite: "-- \($0)", postgres: "") }

    private func applied(_ migrations: some Collection<Migration>) -> [AppliedMigration] {
        migrations.map { AppliedMigration(id: $0.id, checksum: $0.checksum) }
    }

    @Test func `those not yet applied follow in order`() throws {
        let plan = try MigrationPlan(known: known, applied: applied(known.prefix(1)))
        #expect(plan.pending.map(\.id) == ["0002-b", "0003-c"] && !plan.isFreshDatabase)
        #expect(try MigrationPlan(known: known, applied: []).isFreshDatabase)
        #expect(try MigrationPlan(known: known, applied: applied(known)).pending.isEmpty)
    }

    @Test func `unknown ones are all named`() {
        let error = #expect(throws: StoreError.self) {
            try MigrationPlan(known: Array(known.prefix(1)), applied: applied(known))
        }
        #expect(error?.code == .schemaTooNew && error?.subject == "0002-b, 0003-c")
    }

    @Test func `one that was edited is refused`() {
        var records = applied(known)
        records[1] = AppliedMigration(id: "0002-b", checksum: "0")
        let error = #expect(throws: StoreError.self) { try MigrationPlan(known: known, applied: records) }
        #expect(error?.code == .schemaChanged && error?.subject == "0002-b")
    }

    @Test func `one that was left out is refused`() {
        let records = applied([known[0], known[2]])
        #expect(throws: StoreError.self) { try MigrationPlan(known: known, applied: records) }
    }

    @Test func `the real ones are in order and have distinct names`() {
        let ids = Migration.all.map(\.id)
        #expect(ids == ids.sorted() && Set(ids).count == ids.count)
        #expect(Migration.all.allSatisfy { !$0.sqlite.isEmpty && !$0.postgres.isEmpty })
        #expect(Migration.all.allSatisfy { $0.checksum.utf8.count == 16 })
    }
}

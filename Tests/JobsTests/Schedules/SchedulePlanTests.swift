import Bus
import Testing

@testable import Jobs

@Suite struct SchedulePlanTests {
    private static let start = Timestamp(seconds: 1_772_323_200)

    private func at(_ hours: Int, _ minutes: Int = 0, _ seconds: Int = 0) -> Timestamp {
        Self.start.advanced(by: .seconds(hours * 3600 + minutes * 60 + seconds))
    }

    private func plan(
        _ catchUp: CatchUpPolicy = .once,
        _ overlap: OverlapPolicy = .skip,
        cron: String = "0 * * * *",
        next: Timestamp?,
        now: Timestamp,
        unfinished: Int = 0,
        isPaused: Bool = false
    ) throws -> SchedulePlan {
        var definition = ScheduleDefinition(name: "s", cron: cron, queue: "q", kind: "k")
        definition.catchUp = catchUp
        definition.overlap = overlap
        var schedule = Schedule(definition, origin: .code, nextAt: next, updatedAt: Self.start)
        schedule.pausedAt = isPaused ? now : nil
        let times = ScheduleTimes(cron: try CronExpression(cron), zone: .utc)
        return SchedulePlan(schedule, times: times, unfinished: unfinished, now: now)
    }

    private func all(_ window: Duration = .seconds(86_400), _ countMax: Int = 100) -> CatchUpPolicy {
        .all(window: window, countMax: countMax)
    }

    @Test func `once is the default`() {
        let definition = ScheduleDefinition(name: "s", cron: "* * * * *", queue: "q", kind: "k")
        #expect(definition.catchUp == .once && definition.overlap == .skip && definition.timeZone == "UTC")
    }

    @Test func `nothing is done before the time, while paused, or without a next time`() throws {
        for plan in [
            try plan(next: at(1), now: at(0, 59, 59)), try plan(next: at(1), now: at(5), isPaused: true),
            try plan(next: nil, now: at(5)),
        ] {
            #expect(plan.fires.isEmpty && plan.missed == 0 && plan.overlapping == 0)
        }
        #expect(try plan(next: at(1), now: at(0)).nextAt == at(1))
    }

    @Test func `a time that is looked at within half a minute is on time under every rule`() throws {
        for policy in [.skip, .once, all()] {
            let plan = try plan(policy, next: at(1), now: at(1, 0, 30))
            #expect(plan.fires == [at(1)] && plan.missed == 0 && plan.nextAt == at(2))
        }
        let late = try plan(.skip, next: at(1), now: at(1, 0, 31))
        #expect(late.fires.isEmpty && late.missed == 1 && late.nextAt == at(2))
    }

    @Test func `a downtime of three hours and seven minutes is 0, 1 or 3 runs`() throws {
        let skip = try plan(.skip, next: at(1), now: at(3, 7))
        #expect(skip.fires.isEmpty && skip.missed == 3)
        let once = try plan(.once, next: at(1), now: at(3, 7))
        #expect(once.fires == [at(3)] && once.missed == 2)
        let everything = try plan(all(), next: at(1), now: at(3, 7))
        #expect(everything.fires == [at(1), at(2), at(3)] && everything.missed == 0)
        for plan in [skip, once, everything] { #expect(plan.nextAt == at(4)) }
    }

    @Test func `catching up with all is bounded by its window and its count`() throws {
        let window = try plan(all(.seconds(2 * 3600)), next: at(1), now: at(9, 30))
        #expect(window.fires == [at(8), at(9)] && window.missed == 7)
        let count = try plan(all(.seconds(86_400), 3), next: at(1), now: at(9, 30))
        #expect(count.fires == [at(7), at(8), at(9)] && count.missed == 6)
        let nothing = try plan(all(.seconds(60)), next: at(1), now: at(9, 30))
        #expect(nothing.fires.isEmpty && nothing.missed == 9)
        let aYear = try plan(.once, cron: "* * * * *", next: at(1), now: at(24 * 365))
        #expect(aYear.fires == [at(24 * 365)] && aYear.missed == SchedulePlan.lostCountMax - 1)
    }

    @Test func `an unfinished run makes its successors wait or go, as the overlap rule says`() throws {
        func fires(_ policy: OverlapPolicy, _ unfinished: Int) throws -> Int {
            let plan = try plan(all(), policy, next: at(1), now: at(3), unfinished: unfinished)
            #expect(plan.fires.count + plan.overlapping == 3)
            return plan.fires.count
        }
        #expect(try [0, 1, 2].map { try fires(.skip, $0) } == [3, 0, 0])
        #expect(try [0, 1, 2].map { try fires(.queueOne, $0) } == [3, 1, 0])
        #expect(try [0, 1, 2].map { try fires(.allow, $0) } == [3, 3, 3])
        let queued = try plan(all(), .queueOne, next: at(1), now: at(3), unfinished: 1)
        #expect(queued.fires == [at(3)] && queued.overlapping == 2)
    }

    @Test func `a time of an older definition is passed over`() throws {
        // Stored for five past; the expression is now for the full hour.
        let plan = try plan(next: at(1, 5), now: at(1, 5))
        #expect(plan.fires.isEmpty && plan.missed == 0 && plan.nextAt == at(2))
        let later = try self.plan(next: at(1, 5), now: at(2, 7))
        #expect(later.fires == [at(2)] && later.missed == 0)
    }
}

import Bus
import Market
import Testing

struct WeightBudgetTests {
    private let start = Timestamp(seconds: 1_700_000_040)

    @Test func `four fifths of the allowance are used and no more`() {
        var budget = WeightBudget(WeightAllowance(limit: 100, windowSeconds: 60))
        for _ in 0..<8 { #expect(budget.take(10, at: start) == nil) }
        #expect(budget.take(1, at: start.advanced(by: .seconds(20))) == .seconds(40))
        #expect(budget.take(10, at: start.advanced(by: .seconds(60))) == nil)
    }

    @Test func `what the provider has counted is the truth`() {
        var budget = WeightBudget(WeightAllowance(limit: 100, windowSeconds: 60))
        #expect(budget.take(10, at: start) == nil)
        // Others share the address.
        budget.observe(used: 79, at: start)
        #expect(budget.take(2, at: start) != nil)
        #expect(budget.take(1, at: start) == nil)
        #expect(budget.used(at: start) == 80)
        #expect(budget.used(at: start.advanced(by: .seconds(60))) == 0)
    }

    @Test func `without an allowance nothing is held back`() {
        var budget = WeightBudget(nil)
        #expect(budget.take(1_000_000, at: start) == nil)
    }

    @Test func `a question has to fit into every window, and waits for the last one that is full`() {
        var budget = WeightBudget(WeightAllowance([.perDay(10), .perMinute(5), .perMonth(1000)]))
        for _ in 0..<4 { #expect(budget.take(1, at: start) == nil) }
        // The minute is full; the day would have room for four more.
        #expect(budget.take(1, at: start) == .seconds(60))
        let next = start.advanced(by: .seconds(60))
        for _ in 0..<4 { #expect(budget.take(1, at: next) == nil) }
        // Both are full now, and the day ends later: at 00:00 in UTC.
        let midnight = Timestamp(seconds: 1_700_006_400)
        #expect(budget.take(1, at: next) == next.duration(to: midnight))
        #expect(budget.take(1, at: midnight) == nil)
        #expect(budget.usage(at: midnight).map(\.used) == [1, 1, 9])
        #expect(budget.usage(at: midnight).map(\.usable) == [4, 8, 800])
    }

    @Test func `what did not fit was not counted`() {
        var budget = WeightBudget(WeightAllowance([.perSecond(10), .perMinute(20)]))
        #expect(budget.take(8, at: start) == nil)
        #expect(budget.take(1, at: start) != nil)
        #expect(budget.usage(at: start).map(\.used) == [8, 8])
    }

    @Test(arguments: [
        ("2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z"), ("2028-02-29T12:00:00Z", "2028-03-01T00:00:00Z"),
        ("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ])
    func `a month ends when the calendar says so`(now: String, end: String) throws {
        let now = try #require(Timestamp(now))
        var budget = WeightBudget(WeightAllowance([.perMonth(10)]))
        #expect(budget.take(8, at: now) == nil)
        let end = try #require(Timestamp(end))
        #expect(budget.take(1, at: now) == now.duration(to: end))
        #expect(budget.usage(at: now).first?.endsAt == end)
        #expect(budget.take(1, at: end) == nil)
    }

    @Test func `what the provider counts is taken over window by window`() {
        var budget = WeightBudget(WeightAllowance([.perMinute(100), .perDay(1000)]))
        budget.observe(
            [
                WeightUse(length: .seconds(86_400), used: 799), WeightUse(length: .seconds(60), used: 3),
                WeightUse(length: .seconds(1), used: 5), WeightUse(length: .seconds(60), used: -1),
            ],
            at: start
        )
        #expect(budget.usage(at: start).map(\.used) == [3, 799])
        #expect(budget.take(2, at: start) != nil)
        #expect(budget.take(1, at: start) == nil)
    }

    @Test func `a count beyond all measure only fills the window`() {
        var budget = WeightBudget(WeightAllowance(limit: 100, windowSeconds: 60))
        budget.observe(used: .max, at: start)
        #expect(budget.take(1, at: start) == .seconds(60))
        #expect(budget.take(1, at: start.advanced(by: .seconds(60))) == nil)
    }

    @Test func `a limit of one lets one through`() {
        var budget = WeightBudget(WeightAllowance([.perSecond(1)]))
        #expect(budget.take(1, at: start) == nil)
        #expect(budget.take(1, at: start) == .seconds(1))
    }

    @Test func `of two limits for one window the lower one holds`() {
        let allowance = WeightAllowance([.perMinute(100), .perMinute(50), .perSecond(5)])
        #expect(allowance.windows == [.perSecond(5), .perMinute(50)])
    }

    @Test func `more than fits into a second is taken of the seconds to come`() {
        var budget = WeightBudget(WeightAllowance(limit: 10, windowSeconds: 1))
        // Eight a second are ours: this takes two seconds and half of a third one.
        #expect(budget.take(20, at: start) == nil)
        #expect(budget.take(1, at: start) != nil)
        #expect(budget.take(1, at: start.advanced(by: .seconds(1))) != nil)
        let third = start.advanced(by: .seconds(2))
        #expect(budget.used(at: third) == 4)
        #expect(budget.take(5, at: third) != nil)
        #expect(budget.take(4, at: third) == nil)
        // It begins with a second of which nothing is used.
        #expect(budget.take(9, at: third) == .seconds(1))
        #expect(budget.take(9, at: start.advanced(by: .seconds(3))) == nil)
        #expect(budget.used(at: start.advanced(by: .seconds(60))) == 0)
    }

    @Test func `what was counted outlives a restart as long as its window lasts`() throws {
        var before = WeightBudget(WeightAllowance([.perSecond(10), .perMinute(100), .perMonth(1000)]))
        #expect(before.take(7, at: start) == nil)
        let counted = before.counted(at: start)
        #expect(counted.map(\.length) == [.seconds(60), .month] && counted.map(\.used) == [7, 7])

        var after = WeightBudget(WeightAllowance([.perSecond(10), .perMinute(100), .perMonth(1000)]))
        #expect(after.take(1, at: start.advanced(by: .seconds(60))) == nil)
        after.restore(counted, at: start.advanced(by: .seconds(60)))
        #expect(after.usage(at: start.advanced(by: .seconds(60))).map(\.used) == [1, 1, 7])
    }
}

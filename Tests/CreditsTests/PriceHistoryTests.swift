import Bus
import Credits
import TestKit
import Testing

@Suite struct PriceHistoryTests {
    private static let day: Int64 = 86_400
    private static let notice: Duration = .seconds(30 * day)
    private static let old = Timestamp(seconds: -1_000_000_000)

    private static func at(_ day: Int64) -> Timestamp { Timestamp(seconds: day * PriceHistoryTests.day) }

    private static func price(_ credits: Int64) -> CreditPrice {
        CreditPrice(perInput: credits, perOutput: 4, minimum: 1)
    }

    private static func history(_ steps: (day: Int64, credits: Int64)...) -> PriceHistory {
        var history = PriceHistory(price(steps[0].credits), since: at(steps[0].day))
        for step in steps.dropFirst() { history.change(to: price(step.credits), at: at(step.day)) }
        return history
    }

    /// What somebody pays on a day for a thousand tokens of input.
    private static func paid(_ history: PriceHistory, _ day: Int64, joined: Timestamp = old) -> Double {
        history.price(notice: notice, joined: joined, at: at(day)).perInput
    }

    @Test func `a rise reaches subscribers after the notice, to the moment`() {
        let history = Self.history((0, 1), (100, 2))
        #expect(history.current.price == Self.price(2))
        #expect(Self.paid(history, 100) == 1 && Self.paid(history, 129) == 1)
        let end = Self.at(130)
        let before = end.advanced(by: .nanoseconds(-1))
        #expect(history.price(notice: Self.notice, joined: Self.old, at: before) == Self.price(1))
        #expect(history.price(notice: Self.notice, joined: Self.old, at: end) == Self.price(2))
        #expect(history.noticeEnd(Self.notice, at: before) == end && history.noticeEnd(Self.notice, at: end) == nil)
    }

    @Test func `several rises reach them one after the other`() {
        let history = Self.history((0, 1), (100, 2), (110, 3))
        #expect([100, 129, 130, 139, 140].map { Self.paid(history, $0) } == [1, 1, 2, 2, 3])
    }

    @Test func `what falls is theirs at once, and a rise back takes its time`() {
        let history = Self.history((0, 5), (100, 9), (110, 3), (111, 9))
        #expect(Self.paid(Self.history((0, 5), (100, 9)), 100) == 5)
        #expect(Self.paid(Self.history((0, 5), (100, 9), (110, 3)), 110) == 3)
        #expect([111, 140, 141].map { Self.paid(history, $0) } == [3, 3, 9])
    }

    @Test func `whoever is new pays the prices since they came`() {
        let history = Self.history((0, 1), (100, 2), (110, 3))
        #expect(Self.paid(history, 115, joined: Self.at(99)) == 1)
        #expect(Self.paid(history, 115, joined: Self.at(100)) == 2)
        #expect(Self.paid(history, 115, joined: Self.at(112)) == 3)
    }

    @Test func `parts of a price are looked at one by one`() {
        var history = PriceHistory(CreditPrice(perInput: 1, perOutput: 9, minimum: 2), since: Self.at(0))
        history.change(to: CreditPrice(perInput: 3, perOutput: 4, minimum: 2), at: Self.at(100))
        let paid = history.price(notice: Self.notice, joined: Self.old, at: Self.at(101))
        #expect(paid == CreditPrice(perInput: 1, perOutput: 4, minimum: 2))
    }

    @Test func `without notice everybody pays the same`() {
        let history = Self.history((0, 1), (100, 2))
        #expect(history.price(notice: .zero, joined: Self.old, at: Self.at(100)) == Self.price(2))
        #expect(history.noticeEnd(.zero, at: Self.at(100)) == nil)
    }

    @Test func `a clock that goes back does not put prices in another order`() {
        var history = Self.history((0, 1), (100, 2))
        #expect(history.change(to: Self.price(3), at: Self.at(50)) == Self.at(100))
        #expect(history.current.since == Self.at(100) && history.earlier.count == 1)
        #expect(history.current.price == Self.price(3))
    }

    /// Each day of the notice looked at: the least that was in force at any moment of them.
    private static func slowly(
        _ steps: [PriceHistory.Step],
        notice: Int64,
        joined: Int64,
        now: Int64
    ) -> CreditPrice {
        let start = max(now - notice, joined)
        func inForce(_ moment: Int64) -> CreditPrice {
            (steps.last { $0.since <= at(moment) } ?? steps[0]).price
        }
        return (min(start, now)...now).map(inForce).reduce(inForce(now)) { $0.least(with: $1) }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `whatever prices do, everybody pays the least that was in force within their notice`(seed: UInt64) {
        var random = SplitMix64(state: seed)
        func price() -> CreditPrice {
            CreditPrice(
                perInputMilli: .random(in: 0...5, using: &random) * 500,
                perOutputMilli: .random(in: 0...5, using: &random) * 500,
                minimum: .random(in: 0...3, using: &random)
            )
        }
        var history = PriceHistory(price(), since: Self.at(0))
        var day: Int64 = 0
        for _ in 0..<12 {
            day += .random(in: 1...25, using: &random)
            history.change(to: price(), at: Self.at(day))
        }
        let steps = history.earlier + [history.current]
        #expect(PriceHistory(steps.shuffled(using: &random)) == history)
        for _ in 0..<300 {
            let (notice, joined) = (
                Int64.random(in: 0...60, using: &random), Int64.random(in: -50...day, using: &random)
            )
            let now = Int64.random(in: max(day, joined)...day + 70, using: &random)
            let quick = history.price(notice: .seconds(notice * Self.day), joined: Self.at(joined), at: Self.at(now))
            #expect(quick == Self.slowly(steps, notice: notice, joined: joined, now: now))
            let end = history.noticeEnd(.seconds(notice * Self.day), at: Self.at(now))
            // Before it ends those who were here first pay less, and then nobody does.
            let longest = history.price(notice: .seconds(notice * Self.day), joined: Self.old, at: Self.at(now))
            #expect((end == nil) == (longest == history.current.price))
            if let end {
                let after = history.price(notice: .seconds(notice * Self.day), joined: Self.old, at: end)
                #expect(after == history.current.price)
            }
        }
    }
}

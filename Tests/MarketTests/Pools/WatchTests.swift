import Bus
import Market
import Testing

struct StatusWatchTests {
    private func changes(_ statuses: [(Int, PoolMemberStatus)]) -> [String] {
        var watch = StatusWatch()
        return statuses.compactMap { second, status in
            watch.observe("one", status, at: .seconds(second)).map { "\(second): \($0.from) \($0.to)" }
        }
    }

    @Test func `what is worse is told soon, what is better when it lasts`() {
        #expect(
            changes([
                (0, .online), (1, .offline), (2, .offline), (3, .offline), (4, .online), (33, .online), (34, .online),
            ])
                == ["3: online offline", "34: offline online"]
        )
    }

    @Test func `whoever goes to and fro is told of once`() {
        var seen: [(Int, PoolMemberStatus)] = [(0, .online)]
        // Away for five seconds, back for five, over and over.
        for second in 1...300 { seen.append((second, second / 5 % 2 == 1 ? .offline : .online)) }
        #expect(changes(seen) == ["7: online offline"])
    }

    @Test func `between two ways of being better the last one counts`() {
        #expect(
            changes([(0, .offline), (1, .degraded), (20, .online), (25, .degraded), (31, .degraded), (40, .degraded)])
                == ["31: offline degraded"]
        )
    }

    @Test func `a second of being worse is nothing`() {
        #expect(changes([(0, .online), (1, .rateLimited), (2, .online), (3, .rateLimited), (4, .online)]).isEmpty)
    }
}

struct LimitWatchTests {
    private let start = Timestamp(seconds: 1_700_000_040)

    @Test func `four fifths of what we use are worth a word, once`() {
        var budget = WeightBudget(WeightAllowance([.perSecond(10), .perMinute(100)]))
        var watch = LimitWatch()
        func near(_ second: Int64) -> [Int] {
            let now = start.advanced(by: .seconds(second))
            return watch.near(budget.usage(at: now), of: "one", at: now).map(\.used)
        }
        for second in 0..<8 { #expect(budget.take(7, at: start.advanced(by: .seconds(second))) == nil) }
        #expect(near(8).isEmpty)
        #expect(budget.take(8, at: start.advanced(by: .seconds(9))) == nil)
        #expect(near(9) == [64])
        #expect(near(10).isEmpty)
        // A minute later it is another window, but no news.
        for second in 60..<68 { #expect(budget.take(8, at: start.advanced(by: .seconds(second))) == nil) }
        #expect(near(68).isEmpty)
        for second in 3600..<3608 { #expect(budget.take(8, at: start.advanced(by: .seconds(second))) == nil) }
        #expect(near(3660 - 50) == [64])
    }
}

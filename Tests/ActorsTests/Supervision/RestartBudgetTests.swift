import Actors
import Bus
import Testing

struct RestartBudgetTests {
    private func at(_ seconds: Double) -> Moment { Moment(.milliseconds(Int(seconds * 1_000))) }

    @Test func `exactly the limit is allowed inside one window`() {
        var budget = RestartBudget(RestartLimit(3, within: .seconds(5)))
        #expect(budget.spend(at: at(0)) == true)
        #expect(budget.spend(at: at(1)) == true)
        #expect(budget.spend(at: at(2)) == true)
        #expect(budget.spend(at: at(3)) == false)
    }

    @Test func `the window slides`() {
        var budget = RestartBudget(RestartLimit(2, within: .seconds(5)))
        #expect(budget.spend(at: at(0)) == true)
        #expect(budget.spend(at: at(4)) == true)
        // The first one lies exactly a window back, and still counts.
        #expect(budget.spend(at: at(5)) == false)
        #expect(budget.spend(at: at(5.001)) == true)
        #expect(budget.spend(at: at(8.9)) == false)
        #expect(budget.spend(at: at(9.001)) == true)
        #expect(budget.spent(at: at(9.001)) == 2)
        #expect(budget.spent(at: at(20)) == 0)
    }

    @Test func `a limit of nought allows nothing`() {
        var budget = RestartBudget(RestartLimit(0, within: .seconds(5)))
        #expect(budget.spend(at: at(0)) == false)
    }

    @Test func `a refused restart is not counted`() {
        var budget = RestartBudget(RestartLimit(1, within: .seconds(5)))
        #expect(budget.spend(at: at(0)) == true)
        #expect(budget.spend(at: at(4)) == false)
        #expect(budget.spend(at: at(5.001)) == true)
    }

    @Test func `resetting gives the whole budget back`() {
        var budget = RestartBudget(RestartLimit(1, within: .seconds(5)))
        #expect(budget.spend(at: at(0)) == true)
        budget.reset()
        #expect(budget.spend(at: at(0)) == true)
    }

    @Test func `it agrees with counting every restart of the last window`() {
        var random = SplitMix64(state: 3)
        for limit in 0...12 {
            var budget = RestartBudget(RestartLimit(limit, within: .seconds(10)))
            var accepted: [Int64] = []
            var now: Int64 = 0
            for _ in 0..<500 {
                now += Int64.random(in: 0...3_000, using: &random)
                let inWindow = accepted.count { now - $0 <= 10_000 }
                let isAllowed = budget.spend(at: Moment(.milliseconds(now)))
                #expect(isAllowed == (inWindow < limit))
                if isAllowed { accepted.append(now) }
            }
        }
    }
}

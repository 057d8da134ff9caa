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
}

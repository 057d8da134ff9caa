/// Copeland's rule: each pair of options is a contest by weight.
///
/// A contest won is worth two, an even one (also one that nobody has an opinion on) one to each. Options that a ballot
/// leaves out are below all that it ranks, and equal with each other. The most points lead; equal points at the top are
/// a tie, which no further rule decides. Only the sums of the pairs are kept.
struct CopelandTally: BallotCounter {
    private let optionCount: Int
    /// At `a * optionCount + b`, the weight that prefers `a` to `b`.
    private var preferring: [UInt128]

    init(optionCount: Int) {
        self.optionCount = optionCount
        preferring = Array(repeating: 0, count: optionCount * optionCount)
    }

    mutating func add(_ choice: Choice, weight: UInt64) {
        guard case .ranking(let ranking) = choice else { return }
        var below = UInt32(1) << UInt32(optionCount) - 1
        ranking.visit { option in
            below &= ~(1 << UInt32(option))
            var rest = below
            while rest != 0 {
                preferring[option * optionCount + rest.trailingZeroBitCount] += UInt128(weight)
                rest &= rest - 1
            }
        }
    }

    func count() -> BallotCount {
        let points = (0..<optionCount).map { option in
            (0..<optionCount).reduce(UInt128(0)) { $0 + self.points(of: option, against: $1) }
        }
        let contests = (0..<optionCount).map { option in
            (0..<optionCount).map { VoteSum(preferring[option * optionCount + $0]) }
        }
        return BallotCount(totals: points, leaders: BallotCount.leaders(of: points), contests: contests)
    }

    private func points(of option: Int, against other: Int) -> UInt128 {
        guard option != other else { return 0 }
        let (own, theirs) = (preferring[option * optionCount + other], preferring[other * optionCount + option])
        return own > theirs ? 2 : own == theirs ? 1 : 0
    }
}

/// Each approved option gets the whole weight of the ballot.
struct ApprovalTally: BallotCounter {
    private var totals: [UInt128]

    init(optionCount: Int) { totals = Array(repeating: 0, count: optionCount) }

    mutating func add(_ choice: Choice, weight: UInt64) {
        guard case .approval(let approvals) = choice else { return }
        var rest = approvals.mask
        while rest != 0 {
            totals[rest.trailingZeroBitCount] += UInt128(weight)
            rest &= rest - 1
        }
    }

    func count() -> BallotCount { BallotCount(totals: totals, leaders: BallotCount.leaders(of: totals)) }
}

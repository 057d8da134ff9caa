/// Yes, no and abstain.
struct BasicTally: BallotCounter {
    private var yes: UInt128 = 0
    private var no: UInt128 = 0
    private var abstain: UInt128 = 0

    mutating func add(_ choice: Choice, weight: UInt64) {
        guard case .basic(let answer) = choice else { return }
        switch answer {
        case .yes: yes += UInt128(weight)
        case .no: no += UInt128(weight)
        case .abstain: abstain += UInt128(weight)
        }
    }

    func count() -> BallotCount {
        BallotCount(totals: [yes, no, abstain], leaders: BallotCount.leaders(of: [yes, no]))
    }
}

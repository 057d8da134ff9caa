/// Instant run-off voting.
///
/// Equal rankings are added up, in a table from the packed ranking to its weight: 24 bytes an entry, in a table that is
/// between three eighths and three quarters full. It has at most as many entries as there are ballots, and at most as
/// many as there are rankings, whole and partial: 9 864 100 of ten options.
struct RankedTally: BallotCounter {
    private let optionCount: Int
    private var weights: [UInt64: UInt128] = [:]

    init(optionCount: Int) { self.optionCount = optionCount }

    mutating func add(_ choice: Choice, weight: UInt64) {
        guard case .ranking(let ranking) = choice else { return }
        weights[ranking.packed, default: 0] += UInt128(weight)
    }

    func count() -> BallotCount {
        var runOff = RunOff(optionCount: optionCount)
        let leaders = weights.isEmpty ? [] : runOff.run(weights)
        return BallotCount(
            totals: runOff.rounds.first?.totals.map(\.units) ?? Array(repeating: 0, count: optionCount),
            leaders: leaders,
            rounds: runOff.rounds
        )
    }
}

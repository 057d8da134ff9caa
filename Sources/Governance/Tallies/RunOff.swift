/// The rounds of an instant run-off.
///
/// A ballot counts for the best of its options that still stands. An option with more than half of what has not run out
/// wins; otherwise the weakest is taken out, one in each round. Of several that are as weak, the one that had the
/// fewest in the round before goes, then in the one before that, and so on to the first; of those that were equal in
/// all of them, the one with the highest index. Between the last two no such rule decides: when they are equal, the
/// vote is a tie.
struct RunOff {
    private let optionCount: Int
    private(set) var rounds: [RunOffRound] = []

    init(optionCount: Int) { self.optionCount = optionCount }

    /// - Parameter weights: by packed ranking; not empty.
    /// - Returns: the winner, or the last two when they are equal.
    mutating func run(_ weights: [UInt64: UInt128]) -> [Int] {
        var standing = Array(0..<optionCount)
        while true {
            let (totals, exhausted) = count(weights, standing: standing)
            let cast = standing.reduce(UInt128(0)) { $0 + totals[$1] }
            let best = standing.max { totals[$0] < totals[$1] }
            let winner = best.flatMap { totals[$0] > cast - totals[$0] ? $0 : nil }
            if winner != nil || standing.count <= 2 {
                append(standing, totals, exhausted, eliminated: nil, isTieBroken: false)
                return winner.map { [$0] } ?? standing
            }
            let (loser, isTieBroken) = weakest(of: standing, totals)
            append(standing, totals, exhausted, eliminated: loser, isTieBroken: isTieBroken)
            standing.removeAll { $0 == loser }
        }
    }

    private func count(
        _ weights: [UInt64: UInt128],
        standing: [Int]
    ) -> (totals: [UInt128], exhausted: UInt128) {
        let mask = standing.reduce(UInt16(0)) { $0 | 1 << UInt16($1) }
        var totals = [UInt128](repeating: 0, count: optionCount)
        var exhausted: UInt128 = 0
        for (packed, weight) in weights {
            if let option = Ranking(packed: packed).best(of: mask) {
                totals[option] += weight
            } else {
                exhausted += weight
            }
        }
        return (totals, exhausted)
    }

    private func weakest(of standing: [Int], _ totals: [UInt128]) -> (option: Int, isTieBroken: Bool) {
        let least = standing.reduce(UInt128.max) { min($0, totals[$1]) }
        var tied = standing.filter { totals[$0] == least }
        let isTieBroken = tied.count > 1
        for round in rounds.reversed() where tied.count > 1 {
            let fewest = tied.reduce(UInt128.max) { min($0, round.totals[$1].units) }
            tied.removeAll { round.totals[$0].units > fewest }
        }
        // `standing` has the lowest index first.
        return (tied.last ?? standing[0], isTieBroken)
    }

    private mutating func append(
        _ standing: [Int],
        _ totals: [UInt128],
        _ exhausted: UInt128,
        eliminated: Int?,
        isTieBroken: Bool
    ) {
        rounds.append(
            RunOffRound(
                standing: standing,
                totals: totals.map { VoteSum($0) },
                exhausted: VoteSum(exhausted),
                eliminated: eliminated,
                isTieBroken: isTieBroken
            )
        )
    }
}

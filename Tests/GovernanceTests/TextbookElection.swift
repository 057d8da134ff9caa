import Governance

/// The definitions of the voting systems, word by word, over a list of all ballots: slow, and written without the
/// module under test.
struct TextbookElection {
    let optionCount: Int
    let ballots: [PlainBallot]

    private typealias Weight = UInt128

    var cast: UInt128 { ballots.map { UInt128($0.weight) }.reduce(0, +) }

    // MARK: Totals

    /// The weight of ballots that name each option: basic and approval.
    func named() -> [UInt128] {
        (0..<optionCount).map { option in
            ballots.filter { $0.options.contains(option) }.map { UInt128($0.weight) }.reduce(0, +)
        }
    }

    func divided() -> [UInt128] {
        (0..<optionCount).map { option in
            ballots.map { UInt128($0.weight) * part(of: $0, option) }.reduce(0, +)
        }
    }

    func rooted() -> [UInt128] {
        (0..<optionCount).map { option in
            ballots.map { root(UInt128($0.weight) * part(of: $0, option) * 100) }.reduce(0, +)
        }
    }

    private func part(of ballot: PlainBallot, _ option: Int) -> UInt128 {
        ballot.options.firstIndex(of: option).map { UInt128(ballot.parts[$0]) } ?? 0
    }

    /// By halving the space between too little and too much.
    private func root(_ number: UInt128) -> UInt128 {
        var (low, high) = (UInt128(0), UInt128(1) << 50)
        while high - low > 1 {
            let middle = (low + high) / 2
            if middle * middle <= number { low = middle } else { high = middle }
        }
        return low
    }

    // MARK: Run-off

    struct Round: Equatable {
        var counts: [Int: UInt128]
        var exhausted: UInt128
        var out: Int?
    }

    func runOff() -> (rounds: [Round], leaders: [Int]) {
        var remaining = Set(0..<optionCount)
        var rounds: [Round] = []
        while true {
            var round = Round(counts: [:], exhausted: 0)
            for option in remaining { round.counts[option] = 0 }
            for ballot in ballots {
                let still = ballot.options.filter { remaining.contains($0) }
                if still.isEmpty {
                    round.exhausted += UInt128(ballot.weight)
                } else {
                    round.counts[still[0]] = (round.counts[still[0]] ?? 0) + UInt128(ballot.weight)
                }
            }
            let alive = cast - round.exhausted
            if let winner = remaining.first(where: { (round.counts[$0] ?? 0) * 2 > alive }) {
                return (rounds + [round], [winner])
            }
            if remaining.count == 2 { return (rounds + [round], remaining.sorted()) }
            // Whoever has least now, then least one round ago, and so on; then who stands last in the list.
            let loser = remaining.min { one, other in
                for past in [round] + rounds.reversed() {
                    let (a, b) = (past.counts[one] ?? 0, past.counts[other] ?? 0)
                    if a != b { return a < b }
                }
                return one > other
            }
            round.out = loser
            rounds.append(round)
            if let loser { remaining.remove(loser) }
        }
    }

    // MARK: Pairs

    /// `pairs[a][b]`: the weight of ballots on which `a` stands before `b`, or stands while `b` does not.
    func pairs() -> [[UInt128]] {
        (0..<optionCount).map { a in
            (0..<optionCount).map { b in
                ballots.filter { ballot in
                    guard a != b, let here = ballot.options.firstIndex(of: a) else { return false }
                    guard let there = ballot.options.firstIndex(of: b) else { return true }
                    return here < there
                }.map { UInt128($0.weight) }.reduce(0, +)
            }
        }
    }

    func points() -> [UInt128] {
        let pairs = pairs()
        var points = [UInt128](repeating: 0, count: optionCount)
        for a in 0..<optionCount {
            for b in 0..<optionCount where a < b {
                if pairs[a][b] > pairs[b][a] { points[a] += 2 }
                if pairs[a][b] < pairs[b][a] { points[b] += 2 }
                if pairs[a][b] == pairs[b][a] {
                    points[a] += 1
                    points[b] += 1
                }
            }
        }
        return points
    }
}

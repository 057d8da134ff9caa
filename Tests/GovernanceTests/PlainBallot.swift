import Governance

/// A ballot as the generator made it, before the module under test has seen it.
struct PlainBallot {
    var weight: UInt64
    /// What it names.
    ///
    /// Basic: one entry of 0 (yes), 1 (no), 2 (abstain). Approval: the options. Others: options, the best first.
    var options: [Int]
    /// Weighted and quadratic: what each of `options` gets.
    var parts: [Int] = []

    func choice(_ system: VotingSystem) throws -> Choice {
        switch system {
        case .basic: .basic(Choice.Answer.allCases[options[0]])
        case .approval: .approval(try Approvals(options))
        case .weighted, .quadratic:
            .shares(try Shares(zip(options, parts).map { Shares.Part(option: $0.0, basisPoints: $0.1) }))
        case .ranked, .copeland: .ranking(try Ranking(options))
        }
    }

    /// Small weights, so that ties are frequent, and now and then one that is near the end of what there is.
    static func random(
        _ system: VotingSystem,
        optionCount: Int,
        using random: inout SeededGenerator
    ) -> PlainBallot {
        let isHuge = Int.random(in: 0..<40, using: &random) == 0
        let weight = isHuge ? UInt64.max - UInt64.random(in: 0...2, using: &random) : .random(in: 1...3, using: &random)
        let shuffled = (0..<optionCount).shuffled(using: &random)
        if system == .basic { return PlainBallot(weight: weight, options: [shuffled[0]]) }
        let chosen = Array(shuffled.prefix(.random(in: 1...optionCount, using: &random)))
        guard system == .weighted || system == .quadratic else { return PlainBallot(weight: weight, options: chosen) }
        var cuts: Set<Int> = [0, 10_000]
        // Halves and quarters make ties; others make remainders.
        let isEven = chosen.count <= 8 && Int.random(in: 0..<4, using: &random) > 0
        while cuts.count < chosen.count + 1 {
            cuts.insert(isEven ? 1_250 * .random(in: 1...7, using: &random) : .random(in: 1...9_999, using: &random))
        }
        let sorted = cuts.sorted()
        return PlainBallot(weight: weight, options: chosen, parts: zip(sorted, sorted.dropFirst()).map { $1 - $0 })
    }
}

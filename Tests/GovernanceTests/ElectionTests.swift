import Governance
import Testing

/// Ten thousand random elections for each system, against its definition.
@Suite struct ElectionTests {
    private static let electionCount = 10_000

    @Test(arguments: VotingSystem.allCases)
    func `random elections come out as the textbook says`(system: VotingSystem) throws {
        var random = SeededGenerator(seed: 0x5EED)
        var tieCount = 0
        for number in 0..<Self.electionCount {
            let optionCount = system == .basic ? 3 : Int.random(in: 2...5, using: &random)
            let ballots = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                PlainBallot.random(system, optionCount: optionCount, using: &random)
            }
            var tally = try Tally(system, optionCount: optionCount)
            for ballot in ballots { try tally.add(try ballot.choice(system), weight: ballot.weight) }
            let result = tally.finish()
            let textbook = TextbookElection(optionCount: optionCount, ballots: ballots)
            let isSame = isSame(result, textbook, system)
            guard isSame, result.ballotCount == ballots.count, result.castWeight.units == textbook.cast else {
                Issue.record("election \(number): \(ballots) gave \(result)")
                return
            }
            if result.leaders.count > 1 { tieCount += 1 }
        }
        // Elections without ties would not show what ties do.
        #expect(tieCount > 100)
    }

    @Test func `run-offs of many options, with ties in the middle, go the textbook's way`() throws {
        var random = SeededGenerator(seed: 99)
        var brokenCount = 0
        for _ in 0..<200 {
            let ballots = (0..<24).map { _ in PlainBallot.random(.ranked, optionCount: 16, using: &random) }
            var tally = try Tally(.ranked, optionCount: 16)
            for ballot in ballots { try tally.add(try ballot.choice(.ranked), weight: ballot.weight) }
            let result = tally.finish()
            let isSame = isSame(result, TextbookElection(optionCount: 16, ballots: ballots), .ranked)
            #expect(isSame)
            brokenCount += result.rounds.filter(\.isTieBroken).count
        }
        #expect(brokenCount > 200)
    }

    @Test(arguments: VotingSystem.allCases)
    func `the order of the ballots does not matter`(system: VotingSystem) throws {
        var random = SeededGenerator(seed: 3)
        let optionCount = system == .basic ? 3 : 6
        var ballots = (0..<60).map { _ in PlainBallot.random(system, optionCount: optionCount, using: &random) }
        var results: Set<TallyResult> = []
        for _ in 0..<5 {
            ballots.shuffle(using: &random)
            var tally = try Tally(system, optionCount: optionCount)
            for ballot in ballots { try tally.add(try ballot.choice(system), weight: ballot.weight) }
            results.insert(tally.finish())
        }
        #expect(results.count == 1)
    }

    private func isSame(_ result: TallyResult, _ textbook: TextbookElection, _ system: VotingSystem) -> Bool {
        let totals = result.totals.map(\.units)
        switch system {
        case .basic: return totals == textbook.named() && result.leaders == best(Array(totals.prefix(2)))
        case .approval: return totals == textbook.named() && result.leaders == best(totals)
        case .weighted: return totals == textbook.divided() && result.leaders == best(totals)
        case .quadratic: return totals == textbook.rooted() && result.leaders == best(totals)
        case .copeland:
            return result.contests.map { $0.map(\.units) } == textbook.pairs() && totals == textbook.points()
                && result.leaders == best(totals)
        case .ranked:
            let (rounds, leaders) = textbook.runOff()
            let counted = result.rounds.map { round in
                TextbookElection.Round(
                    counts: Dictionary(
                        round.standing.map { ($0, round.totals[$0].units) },
                        uniquingKeysWith: { first, _ in first }
                    ),
                    exhausted: round.exhausted.units,
                    out: round.eliminated
                )
            }
            return counted == rounds && result.leaders == leaders
        }
    }

    private func best(_ totals: [UInt128]) -> [Int] {
        var best: [Int] = []
        for option in totals.indices where totals[option] > 0 {
            if totals.allSatisfy({ $0 <= totals[option] }) { best.append(option) }
        }
        return best
    }
}

/// Counts the ballots of one proposal, one by one, in whole numbers.
///
/// The order of the ballots does not matter. Nothing is kept of a ballot but what it adds; only ranked voting keeps
/// more (`RankedTally`). Whether a voter has voted before is for the caller to know.
package struct Tally: Sendable {
    package let system: VotingSystem
    package let optionCount: Int
    private var ballotCount = 0
    private var castWeight: UInt128 = 0
    private var counter: any BallotCounter

    /// - Parameters:
    ///   - system: how to count.
    ///   - optionCount: 2 to 16; 3 for `basic`, whose options are yes, no and abstain.
    /// - Throws: `badOptionCount`.
    package init(_ system: VotingSystem, optionCount: Int) throws(BallotError) {
        let allowed = system == .basic ? 3...3 : 2...VotingSystem.optionsMax
        guard allowed.contains(optionCount) else { throw .badOptionCount(optionCount) }
        self.system = system
        self.optionCount = optionCount
        counter =
            switch system {
            case .basic: BasicTally()
            case .approval: ApprovalTally(optionCount: optionCount)
            case .weighted: SharesTally(optionCount: optionCount, isQuadratic: false)
            case .quadratic: SharesTally(optionCount: optionCount, isQuadratic: true)
            case .ranked: RankedTally(optionCount: optionCount)
            case .copeland: CopelandTally(optionCount: optionCount)
            }
    }

    /// Counts a ballot.
    ///
    /// - Parameters:
    ///   - choice: what it says.
    ///   - weight: base units, those that the voter carries for others included; at least 1.
    /// - Throws: `noWeight`, `wrongSystem` and `noSuchOption`; nothing is counted then.
    package mutating func add(_ choice: Choice, weight: UInt64) throws(BallotError) {
        guard weight > 0 else { throw .noWeight }
        try choice.check(for: system, optionCount: optionCount)
        counter.add(choice, weight: weight)
        ballotCount += 1
        castWeight += UInt128(weight)
    }

    /// What the ballots so far come to; more may follow.
    package func finish() -> TallyResult {
        let count = counter.count()
        return TallyResult(
            system: system,
            ballotCount: ballotCount,
            castWeight: VoteSum(castWeight),
            totals: count.totals.map { VoteSum($0) },
            unitsPerVote: count.unitsPerVote,
            leaders: ballotCount > 0 ? count.leaders : [],
            rounds: count.rounds,
            contests: count.contests
        )
    }
}

/// Counts by the rule of one voting system.
protocol BallotCounter: Sendable {
    /// Takes a ballot that has been checked against the system and the options.
    mutating func add(_ choice: Choice, weight: UInt64)

    func count() -> BallotCount
}

/// What one system's rule gives.
struct BallotCount {
    let totals: [UInt128]
    var unitsPerVote = 1
    let leaders: [Int]
    var rounds: [RunOffRound] = []
    var contests: [[VoteSum]] = []

    /// The indexes of the highest total.
    static func leaders(of totals: some Collection<UInt128>) -> [Int] {
        guard let best = totals.max(), best > 0 else { return [] }
        return totals.enumerated().filter { $0.element == best }.map(\.offset)
    }
}

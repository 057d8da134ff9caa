/// What came of counting: all that a page shows and a decision needs.
///
/// Stored with the proposal, so the names never change.
package struct TallyResult: Codable, Hashable, Sendable {
    package let system: VotingSystem
    package let ballotCount: Int
    /// The weight of all ballots in base units, abstentions included: what the quorum looks at.
    package let castWeight: VoteSum
    /// What each option got, in parts of `unitsPerVote`.
    ///
    /// Basic: yes, no, abstain. Approval: the weight behind it. Weighted: its parts. Quadratic: square roots. Ranked:
    /// first places. Copeland: two for each contest won, one for each that is even.
    package let totals: [VoteSum]
    /// How many units of `totals` make one base unit (quadratic: one root of a base unit): so nothing is rounded away.
    package let unitsPerVote: Int
    /// The options at the top, the lowest index first: more than one when they are equal, none without a ballot.
    ///
    /// Of a basic proposal the higher of yes and no, and neither when all abstain.
    package let leaders: [Int]
    /// Ranked only: every round, the first one first.
    package let rounds: [RunOffRound]
    /// Copeland only: `contests[a][b]` is the weight that prefers option `a` to option `b`.
    package let contests: [[VoteSum]]
}

extension TallyResult {
    /// What an option has of yes and no (basic) or of all totals, in basis points, rounded down; for showing.
    ///
    /// - Parameter option: its index.
    /// - Returns: `nil` when there is no such option, for abstentions, and when nothing was cast.
    package func basisPoints(of option: Int) -> Int? {
        let shown = system == .basic ? totals.prefix(2) : totals[...]
        guard shown.indices.contains(option) else { return nil }
        let whole = shown.reduce(UInt128(0)) { $0 + $1.units }
        guard whole > 0 else { return nil }
        return Int(whole.dividingFullWidth(shown[option].units.multipliedFullWidth(by: 10_000)).quotient)
    }
}

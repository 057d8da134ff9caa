/// How a vote came out, and why.
///
/// Stored with the proposal, so names and raw values never change.
package struct Outcome: Codable, Hashable, Sendable {
    package enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
        case passed
        case rejected
        case noQuorum = "no_quorum"
    }

    package enum Reason: String, Codable, Hashable, Sendable, CaseIterable {
        /// Too little was cast.
        case quorumMissed = "quorum_missed"
        /// Everybody abstained.
        case onlyAbstentions = "only_abstentions"
        /// Yes has more of yes and no than it needs.
        case enoughYes = "enough_yes"
        case notEnoughYes = "not_enough_yes"
        /// Yes and no, or several options at the top, are equal.
        case tie
        /// One option is at the top.
        case oneWinner = "one_winner"
    }

    package let verdict: Verdict
    package let reason: Reason
    /// The index of the option that won; none for `basic`, and when nothing passed.
    package let winner: Int?
    package let castWeight: VoteSum
    /// What had to be cast.
    package let quorumWeight: VoteSum
}

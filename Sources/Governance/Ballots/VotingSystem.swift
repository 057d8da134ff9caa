/// How the ballots of a proposal are counted.
///
/// The raw values stand in stored proposals and in signed documents, so they never change.
package enum VotingSystem: String, Codable, Hashable, Sendable, CaseIterable {
    /// Yes, no, or abstain.
    case basic
    /// Each approved option gets the whole weight.
    case approval
    /// The weight is divided among options as the ballot says.
    case weighted
    /// As `weighted`, but an option gets the square root of its part.
    ///
    /// Only for voters who are known to be different people: who spreads a balance over k wallets gets the square root
    /// of k times as many votes, and nothing on the chain tells that the wallets are one person's.
    case quadratic
    /// Instant run-off: the weakest option is taken out until one has more than half.
    case ranked
    /// Rankings, of which each pair of options makes a contest of its own.
    case copeland

    /// The labels of a proposal that is decided by yes or no.
    package static let basicOptions = ["yes", "no", "abstain"]

    /// The most options that a proposal can have: a ranking of them fits one machine word.
    package static let optionsMax = 16
}

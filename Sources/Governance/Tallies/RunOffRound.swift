/// One round of an instant run-off.
package struct RunOffRound: Codable, Hashable, Sendable {
    /// The options that were still there, the lowest index first.
    package let standing: [Int]
    /// The weight of each option's ballots; nothing for those that are out.
    package let totals: [VoteSum]
    /// The weight of ballots all of whose options are out.
    package let exhausted: VoteSum
    /// Who was taken out at the end of the round; nobody in the last one.
    package let eliminated: Int?
    /// Whether others had as little, and the rule for ties chose.
    package let isTieBroken: Bool
}

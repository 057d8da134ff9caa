/// What a ballot says.
///
/// Each choice has one text and each text one choice (`Choice+Text`), because the text is what a wallet signs.
package enum Choice: Hashable, Sendable {
    case basic(Answer)
    case approval(Approvals)
    /// For weighted and for quadratic voting.
    case shares(Shares)
    /// For ranked voting and for Copeland's rule.
    case ranking(Ranking)

    /// The raw values stand in what is signed.
    package enum Answer: String, Codable, Hashable, Sendable, CaseIterable {
        case yes
        case no
        case abstain
    }

    /// Checks whether the ballot can be counted in a proposal.
    ///
    /// - Parameters:
    ///   - system: the proposal's.
    ///   - optionCount: how many options it has.
    /// - Throws: `wrongSystem` and `noSuchOption`.
    package func check(for system: VotingSystem, optionCount: Int) throws(BallotError) {
        let highest: Int
        switch (self, system) {
        case (.basic, .basic): return
        case (.approval(let approvals), .approval): highest = 15 - approvals.mask.leadingZeroBitCount
        case (.shares(let shares), .weighted), (.shares(let shares), .quadratic):
            highest = shares.parts.last?.option ?? 0
        case (.ranking(let ranking), .ranked), (.ranking(let ranking), .copeland):
            var found = 0
            ranking.visit { found = max(found, $0) }
            highest = found
        default: throw .wrongSystem(expected: system)
        }
        guard highest < optionCount else { throw .noSuchOption(highest, optionCount: optionCount) }
    }

    static func check(_ option: Int) throws(BallotError) {
        guard (0..<VotingSystem.optionsMax).contains(option) else {
            throw .noSuchOption(option, optionCount: VotingSystem.optionsMax)
        }
    }
}

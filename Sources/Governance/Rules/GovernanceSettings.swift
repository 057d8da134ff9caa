/// What new proposals are made with, and how many there may be.
package struct GovernanceSettings: Codable, Hashable, Sendable {
    /// From opening to close: seven days.
    package var votingSeconds = 604_800
    /// Open proposals of everybody together.
    package var openProposalsMax = 100
    /// Open proposals of one creator.
    package var openPerCreatorMax = 3
    package var quorumBasisPoints = 1_000
    package var passBasisPoints = 5_000
    package var lateQuorumExtensionSeconds = 21_600
    package var executionDelaySeconds = 3_600
    package var vetoKeys: [String] = []
    package var treasury = TreasurySplit()

    package init() {}

    /// The rules for a proposal that is made now.
    ///
    /// - Parameters:
    ///   - system: how it is counted.
    ///   - options: what can be chosen; yes, no and abstain for `basic`.
    /// - Returns: rules that may have problems still, with the options.
    package func rules(
        _ system: VotingSystem = .basic,
        options: [String] = VotingSystem.basicOptions
    ) -> ProposalRules {
        var rules = ProposalRules(system, options: options)
        rules.quorumBasisPoints = quorumBasisPoints
        rules.passBasisPoints = passBasisPoints
        rules.lateQuorumExtensionSeconds = lateQuorumExtensionSeconds
        rules.executionDelaySeconds = executionDelaySeconds
        rules.vetoKeys = vetoKeys
        return rules
    }

    /// Whether one more proposal may be opened.
    ///
    /// - Parameters:
    ///   - openCount: those whose vote has not ended.
    ///   - openByCreator: those of them that are by the same creator.
    /// - Throws: `tooManyOpen` and `tooManyOfCreator`.
    package func checkOpening(openCount: Int, openByCreator: Int) throws(ProposalRefusal) {
        guard openCount < openProposalsMax else { throw .tooManyOpen(max: openProposalsMax) }
        guard openByCreator < openPerCreatorMax else { throw .tooManyOfCreator(max: openPerCreatorMax) }
    }

    /// Every mistake, with its key.
    package func problems() -> [(key: String, text: String)] {
        var found: [(key: String, text: String)] = []
        if !(VotingWindow.secondsMin...VotingWindow.secondsMax).contains(votingSeconds) {
            found.append(
                ("votingSeconds", "must be in \(VotingWindow.secondsMin)...\(VotingWindow.secondsMax)")
            )
        }
        if !(1...10_000).contains(openProposalsMax) { found.append(("openProposalsMax", "must be in 1...10000")) }
        if !(1...10_000).contains(openPerCreatorMax) { found.append(("openPerCreatorMax", "must be in 1...10000")) }
        return found + rules().problems() + treasury.problems().map { ("treasury.\($0.key)", $0.text) }
    }
}

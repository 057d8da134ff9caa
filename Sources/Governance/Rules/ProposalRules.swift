/// How one proposal is decided: copied into it when it is made, so that later settings change nothing that is open.
///
/// Stored, and part of the document whose hash voters sign: the names never change.
package struct ProposalRules: Codable, Hashable, Sendable {
    package var system: VotingSystem
    /// What can be chosen, by index; yes, no and abstain for `basic`.
    package var options: [String]
    /// How much of the supply has to be cast, abstentions included.
    package var quorumBasisPoints = 1_000
    /// Basic only: yes passes with more than this of yes and no; so at 5000 a tie fails.
    package var passBasisPoints = 5_000
    /// Basic only: ends before its time when the ballots still to come cannot change it.
    package var allowsEarlyClose: Bool
    /// A quorum reached within so many seconds before the end moves the end to so many after that; 0 for never.
    package var lateQuorumExtensionSeconds = 21_600
    /// From the decision to the first moment at which it may be carried out: the council's time for a veto.
    package var executionDelaySeconds = 3_600
    /// The council: public keys in base58, each of which alone may veto.
    package var vetoKeys: [String] = []

    package static let labelBytesMax = 80
    package static let vetoKeysMax = 32
    /// Ninety days.
    package static let delaySecondsMax = 7_776_000

    package init(_ system: VotingSystem = .basic, options: [String] = VotingSystem.basicOptions) {
        self.system = system
        self.options = options
        allowsEarlyClose = system == .basic
    }

    /// Every mistake, with its key.
    package func problems() -> [(key: String, text: String)] {
        var found = optionProblems()
        if !(1...BasisPoints.whole).contains(quorumBasisPoints) {
            found.append(("quorumBasisPoints", "must be in 1...10000"))
        }
        // With less than half both yes and no could pass; more than all is never reached.
        if !(5_000..<BasisPoints.whole).contains(passBasisPoints) {
            found.append(("passBasisPoints", "must be in 5000...9999"))
        }
        if allowsEarlyClose, system != .basic {
            found.append(("allowsEarlyClose", "only a basic proposal can end early"))
        }
        let delays = [
            ("lateQuorumExtensionSeconds", lateQuorumExtensionSeconds),
            ("executionDelaySeconds", executionDelaySeconds),
        ]
        for (key, seconds) in delays where !(0...ProposalRules.delaySecondsMax).contains(seconds) {
            found.append((key, "must be in 0...\(ProposalRules.delaySecondsMax)"))
        }
        return found + keyProblems()
    }

    private func optionProblems() -> [(key: String, text: String)] {
        if system == .basic {
            return options == VotingSystem.basicOptions ? [] : [("options", "must be yes, no, abstain")]
        }
        var found: [(key: String, text: String)] = []
        if !(2...VotingSystem.optionsMax).contains(options.count) {
            found.append(("options", "must be 2 to \(VotingSystem.optionsMax)"))
        }
        var seen: Set<String> = []
        for (index, label) in options.enumerated() {
            if PlainText.isBlank(label) || label.utf8.count > ProposalRules.labelBytesMax || !PlainText.isLine(label) {
                found.append(
                    ("options[\(index)]", "must be one line of 1 to \(ProposalRules.labelBytesMax) bytes of plain text")
                )
            }
            if !seen.insert(label).inserted { found.append(("options[\(index)]", "stands there twice")) }
        }
        return found
    }

    private func keyProblems() -> [(key: String, text: String)] {
        var found: [(key: String, text: String)] = []
        if vetoKeys.count > ProposalRules.vetoKeysMax {
            found.append(("vetoKeys", "must be at most \(ProposalRules.vetoKeysMax)"))
        }
        var seen: Set<String> = []
        for (index, key) in vetoKeys.enumerated() {
            if !CouncilKey.isKey(key) { found.append(("vetoKeys[\(index)]", "must be 32 bytes in base58")) }
            if !seen.insert(key).inserted { found.append(("vetoKeys[\(index)]", "stands there twice")) }
        }
        return found
    }
}

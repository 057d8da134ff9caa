import Governance
import Testing

@Suite struct GovernanceSettingsTests {
    @Test func `what is set when a proposal is made is copied into it`() {
        var settings = GovernanceSettings()
        #expect(settings.problems().isEmpty && settings.votingSeconds == 7 * 86_400)
        let old = settings.rules()
        settings.quorumBasisPoints = 2_500
        settings.passBasisPoints = 6_000
        settings.lateQuorumExtensionSeconds = 60
        settings.executionDelaySeconds = 5
        settings.vetoKeys = ["11111111111111111111111111111111"]
        let rules = settings.rules(.approval, options: ["a", "b"])
        #expect(old == ProposalRules())
        #expect(rules.system == .approval && rules.options == ["a", "b"] && !rules.allowsEarlyClose)
        #expect(rules.quorumBasisPoints == 2_500 && rules.passBasisPoints == 6_000)
        #expect(rules.lateQuorumExtensionSeconds == 60 && rules.executionDelaySeconds == 5)
        #expect(rules.vetoKeys == settings.vetoKeys)
    }

    @Test func `only so many proposals are open, of everybody and of one creator`() {
        var settings = GovernanceSettings()
        settings.openProposalsMax = 5
        settings.openPerCreatorMax = 2
        func refusal(_ open: Int, _ own: Int) -> ProposalRefusal? {
            failure { () throws(ProposalRefusal) in try settings.checkOpening(openCount: open, openByCreator: own) }
        }
        #expect(
            refusal(4, 1) == nil && refusal(5, 0) == .tooManyOpen(max: 5) && refusal(4, 2) == .tooManyOfCreator(max: 2)
        )
        #expect(refusal(5, 0)?.status == 429)
    }

    @Test func `settings that make no sense are named`() {
        var settings = GovernanceSettings()
        settings.votingSeconds = 59
        settings.openProposalsMax = 0
        settings.openPerCreatorMax = 10_001
        settings.quorumBasisPoints = 0
        settings.treasury.daoBasisPoints = 1_999
        let keys = [
            "votingSeconds", "openProposalsMax", "openPerCreatorMax", "quorumBasisPoints", "treasury.daoBasisPoints",
        ]
        #expect(settings.problems().map(\.key) == keys)
    }
}

import Governance

/// The `[governance]` section: what the community decides, and by which token.
package struct GovernanceConfig: ConfigSection {
    /// The token on Solana whose balances are votes: its mint; empty while there is none.
    package var token = ""
    package var votingSeconds = 604_800
    /// Who proposes has to hold as much, in whole tokens.
    package var proposerTokens = 100
    package var openMax = 100
    package var openPerWalletMax = 3
    /// Ten-thousandths of the supply that have to be cast.
    package var quorumBasisPoints = 1000
    /// Yes passes with more than so many ten-thousandths of yes and no.
    package var passBasisPoints = 5000
    package var lateQuorumSeconds = 21_600
    package var executionDelaySeconds = 3600
    /// Council keys (Ed25519, base58), each of which may object.
    package var vetoKeys: [String] = []
    /// The credential with the key that results are written to the chain with: a Solana key file's numbers or a seed.
    package var anchorKey = Credential()
    package var treasury = Treasury()

    package init() {}

    /// The `[governance.treasury]` table, in ten-thousandths.
    package struct Treasury: ConfigSection {
        package var creatorBasisPoints = 5000
        package var relayersBasisPoints = 3000
        package var daoBasisPoints = 2000

        package init() {}
    }

    /// As the module knows it.
    var settings: GovernanceSettings {
        var settings = GovernanceSettings()
        settings.votingSeconds = votingSeconds
        settings.openProposalsMax = openMax
        settings.openPerCreatorMax = openPerWalletMax
        settings.quorumBasisPoints = quorumBasisPoints
        settings.passBasisPoints = passBasisPoints
        settings.lateQuorumExtensionSeconds = lateQuorumSeconds
        settings.executionDelaySeconds = executionDelaySeconds
        settings.vetoKeys = vetoKeys
        settings.treasury.creatorBasisPoints = treasury.creatorBasisPoints
        settings.treasury.relayersBasisPoints = treasury.relayersBasisPoints
        settings.treasury.daoBasisPoints = treasury.daoBasisPoints
        return settings
    }

    /// What the module calls by other names.
    private static let names = [
        "votingSeconds": "voting_seconds", "openProposalsMax": "open_max", "openPerCreatorMax": "open_per_wallet_max",
        "quorumBasisPoints": "quorum_basis_points", "passBasisPoints": "pass_basis_points",
        "lateQuorumExtensionSeconds": "late_quorum_seconds", "executionDelaySeconds": "execution_delay_seconds",
        "treasury.creatorBasisPoints": "treasury.creator_basis_points",
        "treasury.relayersBasisPoints": "treasury.relayers_basis_points",
        "treasury.daoBasisPoints": "treasury.dao_basis_points",
    ]

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("proposer_tokens", proposerTokens, 0...1_000_000_000)
            + settings.problems().map { key, text in
                let name = GovernanceConfig.names[key] ?? (key.hasPrefix("vetoKeys") ? "veto_keys" : key)
                let parts = name.split(separator: ".").map(String.init)
                return .invalid(parts.reduce(ConfigPath()) { $0.key($1) }, text)
            }
            + (token.utf8.count <= 64 ? [] : [.invalid("token", "must be an address of at most 64 characters")])
    }
}

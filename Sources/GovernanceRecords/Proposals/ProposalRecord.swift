package import Bus
package import Governance
import Store

/// A proposal as it is stored.
package struct ProposalRecord: Hashable, Sendable {
    package let id: UUIDv7
    package let title: String
    package let details: String
    /// Where what is decided about can be seen.
    package let mediaURL: String?
    /// Whose account it was made with, where there is one.
    package let creatorID: UUIDv7?
    package let creatorWallet: String
    package let rules: ProposalRules
    package let snapshot: SnapshotRecord
    /// The text whose hash ballots name, as it was when it opened.
    package let document: String
    package let documentHash: Digest
    package internal(set) var life: ProposalLife
    /// Ballots that are written down.
    package internal(set) var ballotCount: Int
    /// Their voters' own weight, in base units.
    package internal(set) var castWeight: UInt64
    /// What came of counting; `nil` until it is decided.
    package internal(set) var result: TallyResult?
    /// The same as canonical JSON: what the chain's record names by its hash.
    package internal(set) var resultText: String?
    /// The root over all ballots; `nil` until it is decided.
    package internal(set) var ballotsRoot: MerkleRoot?
    /// Why carrying it out has failed, or why the council objected.
    package internal(set) var reason: String?
    package let createdAt: Timestamp

    package var state: ProposalState { life.state }
}

/// The holders of a token at one moment, without their names.
package struct SnapshotRecord: Hashable, Sendable {
    package let id: UUIDv7
    package let chain: String
    package let token: String
    package let decimals: Int
    /// The slot or block.
    package let position: UInt64
    package let supply: UInt64
    package let holderCount: Int
    /// SHA-256 over the holders and their amounts, one a line, in the order of their addresses.
    package let holdersHash: Digest
    /// Who has told it.
    package let endpoints: [String]
    package let madeAt: Timestamp
}

/// The holders of a token, as the chain told them.
package struct SnapshotReading: Hashable, Sendable {
    package let chain: String
    package let token: String
    package let decimals: Int
    package let position: UInt64
    package let supply: UInt64
    /// What each wallet holds in base units; never 0.
    package let holders: [String: UInt64]
    /// Who has agreed on it.
    package let endpoints: [String]

    package init(
        chain: String,
        token: String,
        decimals: Int,
        position: UInt64,
        supply: UInt64,
        holders: [String: UInt64],
        endpoints: [String]
    ) {
        self.chain = chain
        self.token = token
        self.decimals = decimals
        self.position = position
        self.supply = supply
        self.holders = holders
        self.endpoints = endpoints
    }
}

/// What somebody proposes.
package struct ProposalDraft: Hashable, Sendable {
    package var title: String
    package var details: String
    package var mediaURL: String?
    package var creatorID: UUIDv7?
    package var creatorWallet: String
    package var system: VotingSystem
    package var options: [String]
    /// How long ballots are taken; as the settings say when not given.
    package var votingSeconds: Int?

    package init(
        title: String,
        details: String,
        mediaURL: String? = nil,
        creatorID: UUIDv7? = nil,
        creatorWallet: String,
        system: VotingSystem = .basic,
        options: [String] = VotingSystem.basicOptions,
        votingSeconds: Int? = nil
    ) {
        self.title = title
        self.details = details
        self.mediaURL = mediaURL
        self.creatorID = creatorID
        self.creatorWallet = creatorWallet
        self.system = system
        self.options = options
        self.votingSeconds = votingSeconds
    }
}

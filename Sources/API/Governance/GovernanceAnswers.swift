import Bus
import Domain
import Governance
import GovernanceRecords

/// A proposal as everybody sees it.
struct ProposalView: Codable, Hashable, Sendable {
    struct Rules: Codable, Hashable, Sendable {
        let quorumBasisPoints: Int
        let passBasisPoints: Int
        let allowsEarlyClose: Bool
        let lateQuorumSeconds: Int
        let executionDelaySeconds: Int
        /// Who may object.
        let vetoKeys: [String]

        enum CodingKeys: String, CodingKey {
            case quorumBasisPoints = "quorum_basis_points"
            case passBasisPoints = "pass_basis_points"
            case allowsEarlyClose = "allows_early_close"
            case lateQuorumSeconds = "late_quorum_seconds"
            case executionDelaySeconds = "execution_delay_seconds"
            case vetoKeys = "veto_keys"
        }
    }

    /// The balances that weigh.
    struct Snapshot: Codable, Hashable, Sendable {
        let chain: String
        let token: String
        let decimals: Int
        /// The slot, as decimal text.
        let slot: String
        /// In base units, as decimal text.
        let supply: String
        let holders: Int
        /// SHA-256 over one line for each holder, in the order of their addresses: the address, a space, the amount.
        let holdersHash: String
        /// Who has told it, and agreed.
        let endpoints: [String]

        enum CodingKeys: String, CodingKey {
            case chain, token, decimals, slot, supply, holders, endpoints
            case holdersHash = "holders_hash"
        }
    }

    /// What one option has.
    struct OptionTotal: Codable, Hashable, Sendable {
        let option: Int
        let label: String
        /// In the system's own units, as decimal text; of a basic vote base units.
        let total: String
        /// Of what is compared, in percent with two decimals; `nil` while nothing is cast, and for abstentions.
        let percent: Double?
    }

    let id: UUIDv7
    let title: String
    let description: String
    let mediaURL: String?
    let creator: String
    /// `basic`, `approval`, `weighted`, `quadratic`, `ranked` or `copeland`.
    let system: String
    let options: [String]
    /// `voting`, `passed`, `rejected`, `no_quorum`, `vetoed`, `executing`, `executed` or `execution_failed`.
    let status: String
    let opensAt: Timestamp
    let closesAt: Timestamp
    /// Whether the quorum came so late that voting stays open longer.
    let isExtended: Bool
    /// 0 when voting is over.
    let secondsLeft: Int64
    let ballots: Int
    /// In base units, as decimal text, abstentions included.
    let castWeight: String
    /// What has to be cast.
    let quorumWeight: String
    let hasQuorum: Bool
    /// What each option has; only of one proposal, not in lists.
    let totals: [OptionTotal]?
    /// Why it came out so, as a word such as `enough_yes`.
    let reason: String?
    /// The option that won, where there are several.
    let winner: String?
    /// Why the council objected, or what failed.
    let note: String?
    let decidedAt: Timestamp?
    let rules: Rules
    let snapshot: Snapshot
    /// SHA-256 of the document, which each ballot names.
    let documentHash: String
    /// The root over all ballots, once it is decided.
    let ballotsRoot: String?
    /// Whether the result stands on the chain, confirmed.
    let isOnChain: Bool
    /// The transaction, once that is so.
    let chainSignature: String?
    /// How it is with writing the result on the chain, in words.
    let chainNote: String?

    enum CodingKeys: String, CodingKey {
        case id, title, description, creator, system, options, status, ballots, totals, reason, winner, note, rules
        case snapshot
        case mediaURL = "media_url"
        case opensAt = "opens_at"
        case closesAt = "closes_at"
        case isExtended = "is_extended"
        case secondsLeft = "seconds_left"
        case castWeight = "cast_weight"
        case quorumWeight = "quorum_weight"
        case hasQuorum = "has_quorum"
        case decidedAt = "decided_at"
        case documentHash = "document_hash"
        case ballotsRoot = "ballots_root"
        case isOnChain = "on_chain"
        case chainSignature = "chain_signature"
        case chainNote = "chain_note"
    }

    init(_ record: ProposalRecord, totals result: TallyResult?, anchor: ChainAnchor?, at now: Timestamp) {
        let (rules, snapshot) = (record.rules, record.snapshot)
        let result = result ?? record.result
        id = record.id
        title = record.title
        description = record.details
        mediaURL = record.mediaURL
        creator = record.creatorWallet
        system = rules.system.rawValue
        options = rules.options
        status = record.state.rawValue
        opensAt = record.life.window.opensAt
        closesAt = record.life.window.closesAt
        isExtended = record.life.window.isExtended
        secondsLeft = record.state == .voting ? max(0, now.duration(to: closesAt).components.seconds) : 0
        ballots = record.ballotCount
        let cast = result?.castWeight ?? VoteSum(UInt128(record.castWeight))
        castWeight = cast.description
        quorumWeight = rules.quorumWeight(of: snapshot.supply).description
        hasQuorum = rules.isQuorum(cast, of: snapshot.supply)
        totals = result.map { result in
            rules.options.indices.map { option in
                OptionTotal(
                    option: option,
                    label: rules.options[option],
                    total: result.totals.indices.contains(option) ? result.totals[option].description : "0",
                    percent: result.basisPoints(of: option).map { Double($0) / 100 }
                )
            }
        }
        let outcome = record.life.outcome
        reason = outcome?.reason.rawValue
        winner = outcome?.winner.flatMap { rules.options.indices.contains($0) ? rules.options[$0] : nil }
        note = record.reason
        decidedAt = record.life.decidedAt
        self.rules = Rules(
            quorumBasisPoints: rules.quorumBasisPoints,
            passBasisPoints: rules.passBasisPoints,
            allowsEarlyClose: rules.allowsEarlyClose,
            lateQuorumSeconds: rules.lateQuorumExtensionSeconds,
            executionDelaySeconds: rules.executionDelaySeconds,
            vetoKeys: rules.vetoKeys
        )
        self.snapshot = Snapshot(
            chain: snapshot.chain,
            token: snapshot.token,
            decimals: snapshot.decimals,
            slot: String(snapshot.position),
            supply: String(snapshot.supply),
            holders: snapshot.holderCount,
            holdersHash: snapshot.holdersHash.description,
            endpoints: snapshot.endpoints
        )
        documentHash = record.documentHash.description
        ballotsRoot = record.ballotsRoot?.hash.description
        isOnChain = anchor?.state == .confirmed
        chainSignature = isOnChain ? anchor?.signature : nil
        chainNote = anchor.map { ProposalView.words(of: $0) }
    }

    private static func words(of anchor: ChainAnchor) -> String {
        switch anchor.state {
        case .unavailable: anchor.detail ?? "the result stays here"
        case .waiting: "the result is to be written on the chain"
        case .sent: "the result was sent to the chain, and is not confirmed yet"
        case .confirmed: "the result stands on the chain"
        case .failed: "the result is not on the chain: \(anchor.detail ?? "nobody knows why")"
        }
    }
}

/// Proposals, the newest first.
struct ProposalList: Codable, Hashable, Sendable {
    let proposals: [ProposalView]
    /// What to give as `before` for the next ones; `nil` when there are no more.
    let next: UUIDv7?
    /// Why nothing can be proposed now; `nil` when something can.
    let unavailable: String?
    /// The token that votes are counted by.
    let token: String?
}

/// A ballot that is written down.
struct BallotAnswer: Codable, Hashable, Sendable {
    let proposal: UUIDv7
    /// The place among the proposal's ballots, from 0.
    let sequence: Int
    let wallet: String
    let choice: String
    /// In base units, as decimal text.
    let weight: String
    let signature: String
    /// What was signed: `plain` for the text as it stands.
    let form: String
    let nonce: String
    let issuedAt: Timestamp
    let expiresAt: Timestamp
    /// SHA-256 of the text.
    let textHash: String
    let castAt: Timestamp

    enum CodingKeys: String, CodingKey {
        case proposal, sequence, wallet, choice, weight, signature, form, nonce
        case issuedAt = "issued_at"
        case expiresAt = "expires_at"
        case textHash = "text_hash"
        case castAt = "cast_at"
    }

    init(_ ballot: CastBallot) {
        proposal = ballot.proposal
        sequence = ballot.sequence
        wallet = ballot.voter
        choice = ballot.choice.text
        weight = String(ballot.weight)
        signature = ballot.signature
        form = ballot.form
        nonce = ballot.nonce
        issuedAt = ballot.issuedAt
        expiresAt = ballot.expiresAt
        textHash = ballot.signedHash.description
        castAt = ballot.castAt
    }
}

/// Ballots in their order.
struct BallotPage: Codable, Hashable, Sendable {
    let ballots: [BallotAnswer]
    /// What to give as `from` for the next ones; `nil` when there are no more yet.
    let next: Int?
}

/// A text to sign, with the fields that have to come back with the signature.
struct SigningText: Codable, Hashable, Sendable {
    /// To be signed as it stands.
    let text: String
    let nonce: String
    let issuedAt: Timestamp
    let expiresAt: Timestamp

    enum CodingKeys: String, CodingKey {
        case text, nonce
        case issuedAt = "issued_at"
        case expiresAt = "expires_at"
    }
}

/// What proves that a ballot was counted.
struct ReceiptAnswer: Codable, Hashable, Sendable {
    /// The receipt's canonical text, which is what was hashed.
    let receipt: String
    /// Its leaf in the tree, in hexadecimal.
    let leaf: String
    /// The way from the leaf to the root; `nil` while the vote is open.
    let proof: Proof?
    let root: Root?

    struct Proof: Codable, Hashable, Sendable {
        let index: UInt64
        let leaves: UInt64
        /// Hashes in hexadecimal, from the leaf upwards.
        let path: [String]
    }

    struct Root: Codable, Hashable, Sendable {
        let leaves: UInt64
        let hash: String
    }

    init(_ receipt: BallotReceipt, _ proof: MerkleProof?, _ root: MerkleRoot?) {
        self.receipt = String(decoding: receipt.bytes, as: UTF8.self)
        leaf = receipt.leaf.description
        self.proof = proof.map {
            Proof(index: $0.index, leaves: $0.leafCount, path: $0.path.map(\.description))
        }
        self.root = root.map { Root(leaves: $0.leafCount, hash: $0.hash.description) }
    }
}

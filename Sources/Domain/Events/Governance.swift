package import Bus

/// A proposal is there, and ballots are taken.
package struct ProposalOpened: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "proposal.voting.opened"
    package static let summary = "A proposal is there, and ballots are taken."
    package let proposal: UUIDv7
    package let title: String
    /// How it is counted: `basic`, `approval`, `weighted`, `quadratic`, `ranked` or `copeland`.
    package let system: String
    package let options: [String]
    /// SHA-256 of the proposal's document, in hexadecimal.
    package let documentHash: String
    /// The slot or block whose balances are the weights, as decimal text.
    package let snapshot: String
    /// All there is of the token, in base units, as decimal text.
    package let supply: String
    package let closesAt: Timestamp

    package init(
        proposal: UUIDv7,
        title: String,
        system: String,
        options: [String],
        documentHash: String,
        snapshot: String,
        supply: String,
        closesAt: Timestamp
    ) {
        self.proposal = proposal
        self.title = title
        self.system = system
        self.options = options
        self.documentHash = documentHash
        self.snapshot = snapshot
        self.supply = supply
        self.closesAt = closesAt
    }
}

/// Enough was cast so late that voting stays open longer.
package struct ProposalExtended: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "proposal.voting.extended"
    package static let summary = "The quorum was reached so late that voting stays open longer."
    package let proposal: UUIDv7
    package let closesAt: Timestamp

    package init(proposal: UUIDv7, closesAt: Timestamp) {
        self.proposal = proposal
        self.closesAt = closesAt
    }
}

/// A proposal is decided, once and for all.
package struct ProposalOutcomeDecided: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "proposal.outcome.decided"
    package static let summary = "A proposal is decided, once and for all."
    package let proposal: UUIDv7
    /// `passed`, `rejected`, `no_quorum` or `vetoed`.
    package let state: String
    /// Why, as a word such as `enough_yes` or `quorum_missed`.
    package let reason: String
    /// The option that won, where there are several.
    package let winner: String?
    package let ballots: Int
    /// What was cast, in base units, as decimal text.
    package let castWeight: String
    /// The root over all ballots, in hexadecimal.
    package let ballotsRoot: String?

    package init(
        proposal: UUIDv7,
        state: String,
        reason: String,
        winner: String?,
        ballots: Int,
        castWeight: String,
        ballotsRoot: String?
    ) {
        self.proposal = proposal
        self.state = state
        self.reason = reason
        self.winner = winner
        self.ballots = ballots
        self.castWeight = castWeight
        self.ballotsRoot = ballotsRoot
    }
}

/// What has passed is being carried out, or was, or could not be.
package struct ProposalExecutionChanged: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "proposal.execution.changed"
    package static let summary = "What has passed is being carried out, or was, or could not be."
    package let proposal: UUIDv7
    /// `executing`, `executed` or `execution_failed`.
    package let state: String
    /// What went wrong, in one sentence.
    package let reason: String?

    package init(proposal: UUIDv7, state: String, reason: String?) {
        self.proposal = proposal
        self.state = state
        self.reason = reason
    }
}

/// A proposal's result stands on the chain, confirmed.
package struct ProposalAnchored: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "proposal.result.anchored"
    package static let summary = "A proposal's result stands on the chain, confirmed."
    package let proposal: UUIDv7
    /// The transaction.
    package let signature: String
    /// Its slot, as decimal text.
    package let slot: String

    package init(proposal: UUIDv7, signature: String, slot: String) {
        self.proposal = proposal
        self.signature = signature
        self.slot = slot
    }
}

/// Somebody has voted.
package struct BallotCast: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "vote.ballot.cast"
    package static let summary = "Somebody has voted."
    package let proposal: UUIDv7
    /// The ballot's place among those of the proposal, from 0.
    package let sequence: Int
    /// The wallet.
    package let voter: String
    /// Such as `yes`, `approve:0,3` or `rank:2,0,1`.
    package let choice: String
    /// The voter's own, in base units at the snapshot, as decimal text.
    package let weight: String

    package init(proposal: UUIDv7, sequence: Int, voter: String, choice: String, weight: String) {
        self.proposal = proposal
        self.sequence = sequence
        self.voter = voter
        self.choice = choice
        self.weight = weight
    }
}

/// Somebody has somebody else vote for them, or no longer has.
package struct VoteDelegated: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "vote.weight.delegated"
    package static let summary = "Somebody has somebody else vote for them from the next proposal on, or no longer has."
    package let delegator: String
    /// `nil` when it has ended.
    package let delegate: String?

    package init(delegator: String, delegate: String?) {
        self.delegator = delegator
        self.delegate = delegate
    }
}

/// Money has come in and was divided.
package struct TreasuryFunded: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "treasury.balance.funded"
    package static let summary = "Money has come in, and was divided among those who get a part of it."
    /// What it was for, as the ledger calls it; it is entered once.
    package let cause: String
    package let currency: String
    /// In base units, as decimal text; the three make what came in.
    package let creator: String
    package let relayers: String
    package let dao: String
    package let channel: String?

    package init(
        cause: String,
        currency: String,
        creator: String,
        relayers: String,
        dao: String,
        channel: String?
    ) {
        self.cause = cause
        self.currency = currency
        self.creator = creator
        self.relayers = relayers
        self.dao = dao
        self.channel = channel
    }
}

/// Money was paid out.
package struct TreasuryWithdrawn: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "treasury.balance.withdrawn"
    package static let summary = "Money was paid out of the treasury."
    package let cause: String
    package let currency: String
    /// `creator`, `relayers` or `dao`.
    package let party: String
    package let holder: String
    /// In base units, as decimal text.
    package let amount: String

    package init(cause: String, currency: String, party: String, holder: String, amount: String) {
        self.cause = cause
        self.currency = currency
        self.party = party
        self.holder = holder
        self.amount = amount
    }
}

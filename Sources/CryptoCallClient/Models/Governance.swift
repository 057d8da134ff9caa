/// The result of `governance.proposals`.
public struct ProposalsShown: Codable, Hashable, Sendable {
    /// The newest first.
    public let proposals: [ProposalShown]
}

/// The result of `governance.proposal`.
public struct ProposalShown: Codable, Hashable, Sendable {
    /// How it is with the result on the chain.
    public struct Anchor: Codable, Hashable, Sendable {
        /// `unavailable`, `waiting`, `sent`, `confirmed` or `failed`.
        public let state: String
        /// What is written there.
        public let memo: String
        public let signature: String?
        /// Why not, in words.
        public let detail: String?
        public let slot: String?
    }

    public let id: String
    public let title: String
    public let creator: String
    public let system: String
    public let options: [String]
    public let state: String
    public let opensAt: String
    public let closesAt: String
    public let ballots: Int64
    /// In base units, as decimal text, as all amounts here.
    public let castWeight: String
    public let quorumWeight: String
    public let supply: String
    public let decimals: Int64
    public let token: String
    public let chain: String
    public let slot: String
    /// What each option has; absent in lists.
    public let totals: [String]?
    /// Why it came out so, as a word.
    public let reason: String?
    public let winner: String?
    /// Why the council objected, or what failed.
    public let note: String?
    /// The text whose hash ballots name.
    public let document: String
    public let documentHash: String
    public let ballotsRoot: String?
    public let anchor: Anchor?
}

/// The result of `governance.ballots`.
public struct BallotsShown: Codable, Hashable, Sendable {
    public struct Ballot: Codable, Hashable, Sendable {
        public let sequence: Int64
        public let voter: String
        public let choice: String
        public let weight: String
        /// What the voter carries for others; known once the vote has ended.
        public let carried: String
        public let nonce: String
        public let issuedAt: String
        public let expiresAt: String
        public let signature: String
        public let form: String
        public let textHash: String
    }

    /// Who asked for the signatures.
    public let domain: String
    /// In their order.
    public let ballots: [Ballot]
}

/// The result of `treasury.show`.
public struct TreasuryShown: Codable, Hashable, Sendable {
    public struct Balance: Codable, Hashable, Sendable {
        public let party: String
        public let holder: String
        public let currency: String
        public let amount: String
    }

    public struct Entry: Codable, Hashable, Sendable {
        public let id: String
        public let party: String
        public let holder: String
        public let currency: String
        public let amount: String
        public let kind: String
        public let cause: String
        public let note: String
        public let at: String
    }

    public let balances: [Balance]
    /// The newest first.
    public let entries: [Entry]
}

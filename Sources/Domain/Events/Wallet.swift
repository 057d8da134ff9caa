package import Bus

/// The oracle has looked at a wallet's past, and judged it.
///
/// Also when nothing was found: the sources say so.
package struct WalletAnalysisCompleted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "wallet.analysis.completed"
    package static let summary = "The oracle has looked at a wallet's past, and judged it."
    /// The address, in base58.
    package let wallet: String
    /// 1 to 5.
    package let tier: Int
    /// Why it is that tier, as a word such as `whale` or `no_data`.
    package let rule: String
    /// What to be warned of, such as `MEME_HEAVY`.
    package let flags: [String]
    /// 0 to 100.
    package let riskScore: Int
    /// Whether every source gave all it had.
    package let isComplete: Bool
    /// By which rules, such as `wallet-oracle-1`.
    package let policy: String
    package let madeAt: Timestamp

    package init(
        wallet: String,
        tier: Int,
        rule: String,
        flags: [String],
        riskScore: Int,
        isComplete: Bool,
        policy: String,
        madeAt: Timestamp
    ) {
        self.wallet = wallet
        self.tier = tier
        self.rule = rule
        self.flags = flags
        self.riskScore = riskScore
        self.isComplete = isComplete
        self.policy = policy
        self.madeAt = madeAt
    }
}

/// A wallet is treated otherwise than after the analysis before; the first one changes nothing.
package struct WalletTierChanged: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "wallet.tier.changed"
    package static let summary = "A wallet is treated otherwise than after the analysis before."
    package let wallet: String
    /// 1 to 5.
    package let before: Int
    package let tier: Int
    /// Why, as a word.
    package let rule: String

    package init(wallet: String, before: Int, tier: Int, rule: String) {
        self.wallet = wallet
        self.before = before
        self.tier = tier
        self.rule = rule
    }
}

/// A transaction on the chain has paid for a call; each pays once.
package struct WalletBurnAccepted: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "wallet.burn.accepted"
    package static let summary = "A transaction on the chain has paid for a call; each pays once."
    /// The transaction.
    package let signature: String
    /// Who has paid.
    package let wallet: String
    /// What it took, in base units, as decimal text.
    package let required: String
    /// What is gone already.
    package let burned: String
    /// What the station has to burn of what went to the treasury.
    package let toBurn: String
    /// What stays there.
    package let toTreasury: String
    /// 1 to 5.
    package let tier: Int
    /// Where it stands in the queue: 11 to 15.
    package let priority: Int

    package init(
        signature: String,
        wallet: String,
        required: String,
        burned: String,
        toBurn: String,
        toTreasury: String,
        tier: Int,
        priority: Int
    ) {
        self.signature = signature
        self.wallet = wallet
        self.required = required
        self.burned = burned
        self.toBurn = toBurn
        self.toTreasury = toTreasury
        self.tier = tier
        self.priority = priority
    }
}

package import Bus
package import WalletOracle

/// A payment that was taken: the transaction pays for nothing else.
package struct AcceptedBurn: Hashable, Sendable {
    package let payment: BurnCheck.Payment
    package let price: LivePrice
    package let tier: WalletTier
    package let acceptedAt: Timestamp

    /// Where the caller stands in the queue: 11 to 15.
    package var priority: Int { tier.burnPriority }
}

/// What came of one signature that a webhook has named.
package struct BurnOutcome: Sendable {
    package let signature: String
    package let result: Result<AcceptedBurn, BurnError>
}

/// What a round of looking for payments has done.
package struct BurnRound: Hashable, Sendable {
    /// Signatures that were looked at.
    package internal(set) var looked = 0
    package internal(set) var accepted = 0
    /// Transactions that paid nothing, or had paid before.
    package internal(set) var refused = 0
    /// Whether there is more to look at, for the next round.
    package internal(set) var hasMore = false
}

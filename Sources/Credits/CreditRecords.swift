package import Bus

/// What somebody has.
package struct CreditAccount: Hashable, Sendable {
    /// The sum of all entries.
    package let balance: Int64
    /// Of that, what is set aside for calls under way.
    package let held: Int64
    package let entryCount: Int64
    package let lastEntryAt: Timestamp?
    /// Since when nothing may be spent, until an operator has looked at it.
    package internal(set) var pausedAt: Timestamp?
    /// When an operator last did; what was spent before does not count against it.
    let resumedAt: Timestamp?

    package var available: Int64 { balance - held }

    static let none = CreditAccount(
        balance: 0,
        held: 0,
        entryCount: 0,
        lastEntryAt: nil,
        pausedAt: nil,
        resumedAt: nil
    )
}

/// One line of the ledger.
package struct CreditEntry: Hashable, Sendable {
    package let id: UUIDv7
    /// Less than nothing for a charge.
    package let delta: Int64
    package let source: CreditSource
    /// What was counted, as JSON.
    package let units: String?
    package let reason: String
    /// What it came of; the same thing is never written twice.
    package let cause: String
    package let balanceAfter: Int64
    package let createdAt: Timestamp
}

/// An account whose spending is paused.
package struct CreditPause: Hashable, Sendable {
    package let userID: UUIDv7
    package let since: Timestamp
}

/// What there is of credits, and what became of them in a time.
package struct CreditOverview: Hashable, Sendable {
    package struct Sum: Hashable, Sendable {
        package let source: CreditSource
        package let delta: Int64
        package let entries: Int64
    }

    package struct Spender: Hashable, Sendable {
        package let userID: UUIDv7
        package let spent: Int64
    }

    package let accounts: Int64
    /// What all of them have together.
    package let balance: Int64
    package let held: Int64
    package let bySource: [Sum]
    /// Calls that were paid for.
    package let charges: Int64
    package let charged: Int64
    /// Those who spent most, ten at most.
    package let topSpenders: [Spender]
}

/// Credits that are set aside for a call.
package struct CreditHold: Hashable, Sendable {
    package let id: UUIDv7
    package let userID: UUIDv7
    /// The call's; it is charged once.
    package let requestID: String
    package let credits: Int64
    package let expiresAt: Timestamp
}

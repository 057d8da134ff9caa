package import Bus

/// A call has brought somebody's credits below what is worth a word.
///
/// Told once for each time that they fall below it. What happens to accounts has no subject: there are too many users.
package struct CreditBalanceLow: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "credits.balance.low"
    package static let summary = "A call has brought somebody's credits below what is worth a word."
    package let user: UUIDv7
    /// What there is now, and what calls under way may still take of it.
    package let balance: Int64
    package let threshold: Int64
    /// The call.
    package let request: String

    package init(user: UUIDv7, balance: Int64, threshold: Int64, request: String) {
        self.user = user
        self.balance = balance
        self.threshold = threshold
        self.request = request
    }
}

/// A single call has cost a lot.
package struct CreditChargeLarge: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "credits.charge.large"
    package static let summary = "A single call has cost a lot."
    package let user: UUIDv7
    package let credits: Int64
    package let threshold: Int64
    /// What it was spent on, as the ledger calls it.
    package let provider: String
    package let request: String

    package init(user: UUIDv7, credits: Int64, threshold: Int64, provider: String, request: String) {
        self.user = user
        self.credits = credits
        self.threshold = threshold
        self.provider = provider
        self.request = request
    }
}

/// An account has spent so much in so short a time that it may spend nothing more until an operator has looked at it.
package struct CreditSpendingPaused: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "credits.spending.paused"
    package static let summary =
        "An account has spent so much within an hour that it may spend nothing more until an operator says so."
    package let user: UUIDv7
    /// Credits of the last hour.
    package let spent: Int64
    package let threshold: Int64
    /// The call that was too much.
    package let request: String

    package init(user: UUIDv7, spent: Int64, threshold: Int64, request: String) {
        self.user = user
        self.spent = spent
        self.threshold = threshold
        self.request = request
    }
}

/// An operator lets an account spend again.
package struct CreditSpendingResumed: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "credits.spending.resumed"
    package static let summary = "An operator lets an account spend again."
    package let user: UUIDv7
    package let caller: String

    package init(user: UUIDv7, caller: String) {
        self.user = user
        self.caller = caller
    }
}

/// What a model costs users has changed; the subject is its provider.
package struct CreditPriceChanged: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "credits.price.changed"
    package static let summary = "What a model costs users has changed."

    /// In credits.
    package struct Price: Codable, Hashable, Sendable {
        /// For a thousand tokens of a request.
        package let input: Double
        /// For a thousand tokens of an answer.
        package let output: Double
        /// For each call.
        package let call: Int64

        package init(input: Double, output: Double, call: Int64) {
            self.input = input
            self.output = output
            self.call = call
        }
    }

    /// What clients call it.
    package let name: String
    package let provider: String
    /// What the provider calls it.
    package let model: String
    package let old: Price
    package let new: Price
    /// From when on it is the price of new and free accounts.
    package let appliesAt: Timestamp
    /// From when on accounts of the tiers pro and enterprise pay what has risen; what has fallen is theirs at once.
    package let subscribersAt: Timestamp

    package init(
        name: String,
        provider: String,
        model: String,
        old: Price,
        new: Price,
        appliesAt: Timestamp,
        subscribersAt: Timestamp
    ) {
        self.name = name
        self.provider = provider
        self.model = model
        self.old = old
        self.new = new
        self.appliesAt = appliesAt
        self.subscribersAt = subscribersAt
    }

    package var subject: Subject? { Subject(provider) }
}

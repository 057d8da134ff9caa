package import Bus

/// A provider of market data is doing better or worse than was told last, and has been for a while.
///
/// The subject is the provider.
package struct ProviderStateChanged: StateEvent, DocumentedEvent {
    package static let topic: Topic = "provider.state.changed"
    package static let summary = "A provider of market data is doing better or worse, and has been for a while."
    package let provider: String
    /// What it is asked for first, such as `exchange`.
    package let category: String
    /// `online`, `degraded`, `rate_limited`, `offline` or `unavailable`.
    package let from: String
    package let to: String
    /// Why, in a few words.
    package let reason: String
    package let at: Timestamp

    package init(provider: String, category: String, from: String, to: String, reason: String, at: Timestamp) {
        self.provider = provider
        self.category = category
        self.from = from
        self.to = to
        self.reason = reason
        self.at = at
    }

    package var subject: Subject? { Subject(provider) }
}

/// A provider of market data has been asked four fifths of what it is asked at most within one of its windows.
///
/// Once for each window, and not more than once in an hour for the short ones.
package struct ProviderLimitNeared: DataEvent, DocumentedEvent {
    package static let topic: Topic = "provider.limit.neared"
    package static let summary = "A provider of market data has nearly been asked as much as it is asked at most."
    package let provider: String
    /// The window, such as `60 s` or `month`.
    package let window: String
    package let used: Int
    /// What it is asked at most: less than what it allows.
    package let usable: Int
    /// What the provider allows.
    package let limit: Int
    package let endsAt: Timestamp

    package init(provider: String, window: String, used: Int, usable: Int, limit: Int, endsAt: Timestamp) {
        self.provider = provider
        self.window = window
        self.used = used
        self.usable = usable
        self.limit = limit
        self.endsAt = endsAt
    }

    package var subject: Subject? { Subject(provider) }
}

/// Somebody has changed who is asked for market data, or in which order.
package struct ProviderPoolChanged: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "provider.pool.changed"
    package static let summary = "Somebody has changed who is asked for market data, or in which order."
    package let pool: String
    /// What its members tell of, such as `exchange`.
    package let category: String
    /// `created`, `deleted`, `reset`, `member_added`, `member_removed` or `rotated`.
    package let change: String
    /// The member that came or went.
    package let provider: String?
    /// Who was asked first before a rotation, and who is now.
    package let from: String?
    package let to: String?
    package let reason: String?
    package let caller: String

    package init(
        pool: String,
        category: String,
        change: String,
        provider: String?,
        from: String?,
        to: String?,
        reason: String?,
        caller: String
    ) {
        self.pool = pool
        self.category = category
        self.change = change
        self.provider = provider
        self.from = from
        self.to = to
        self.reason = reason
        self.caller = caller
    }
}

/// An address that nobody has configured answers as a provider would; an admin may accept it.
///
/// Nobody asks it for anything the station tells before that.
package struct ProviderCandidateProposed: DurableEvent, DocumentedEvent {
    package static let topic: Topic = "provider.candidate.proposed"
    package static let summary =
        "An address that nobody has configured answers as a provider would, and may be accepted."
    /// What it would be called, such as `binance-2`.
    package let id: String
    /// Whom it answers like, such as `binance`.
    package let kind: String
    package let address: String
    /// How long its first answer took.
    package let latencyMilliseconds: Int64?
    /// What it was asked for and what came of it, in words of which some may be the other side's.
    package let checks: [String]

    package init(id: String, kind: String, address: String, latencyMilliseconds: Int64?, checks: [String]) {
        self.id = id
        self.kind = kind
        self.address = address
        self.latencyMilliseconds = latencyMilliseconds
        self.checks = checks
    }
}

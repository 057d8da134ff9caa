package import Bus
import Domain

/// An address that was asked as a provider would be, and what has become of it.
package struct ProposalAnswer: Codable, Hashable, Sendable {
    package enum Status: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        /// It has answered well, and waits for an admin to decide.
        case proposed
        /// It is asked as a provider.
        case accepted
        /// An admin does not want it.
        case rejected
        /// It was proposed, and does not answer well any more, or is no candidate any more.
        case gone
        /// It has never answered well.
        case refused
    }

    package enum Outcome: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
        case passed
        case failed
        /// It could not be found out.
        case unknown
    }

    package struct Check: Codable, Hashable, Sendable {
        let name: String
        let outcome: Outcome
        let detail: String

        package init(name: String, outcome: Outcome, detail: String) {
            self.name = name
            self.outcome = outcome
            self.detail = detail
        }
    }

    let id: String
    /// Whom it answers like.
    let kind: String
    let address: String
    let status: Status
    let checks: [Check]
    /// How long its first answer took.
    let latencyMilliseconds: Double?
    let firstSeen: Timestamp
    let lastChecked: Timestamp
    let decidedBy: String?
    let decidedAt: Timestamp?

    enum CodingKeys: String, CodingKey {
        case id, kind, address, status, checks
        case latencyMilliseconds = "latency_ms"
        case firstSeen = "first_seen"
        case lastChecked = "last_checked"
        case decidedBy = "decided_by"
        case decidedAt = "decided_at"
    }

    package init(
        id: String,
        kind: String,
        address: String,
        status: Status,
        checks: [Check],
        latency: Duration?,
        seen: (first: Timestamp, last: Timestamp),
        decided: (by: String?, at: Timestamp?)
    ) {
        self.id = id
        self.kind = kind
        self.address = address
        self.status = status
        self.checks = checks
        latencyMilliseconds = latency.map { $0 / .milliseconds(1) }
        (firstSeen, lastChecked) = seen
        (decidedBy, decidedAt) = decided
    }
}

/// What `/api/providers/proposals` says.
package struct ProposalsAnswer: Codable, Hashable, Sendable {
    /// The oldest first.
    let proposals: [ProposalAnswer]

    package init(_ proposals: [ProposalAnswer]) { self.proposals = proposals }
}

/// What a decision about a proposal has led to.
package struct ProposalDecided: Codable, Hashable, Sendable {
    let id: String
    let status: ProposalAnswer.Status
    /// Whether it is asked from now on.
    let isInUse: Bool

    enum CodingKeys: String, CodingKey {
        case id, status
        case isInUse = "in_use"
    }

    package init(id: String, status: ProposalAnswer.Status, isInUse: Bool) {
        self.id = id
        self.status = status
        self.isInUse = isInUse
    }
}

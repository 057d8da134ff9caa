package import Bus
package import Market

/// An address that was asked as a provider would be, and what has become of it.
package struct ProviderProposal: Hashable, Sendable {
    package enum Status: String, Codable, Hashable, Sendable, CaseIterable {
        /// It has answered well, and waits for somebody to decide.
        case proposed
        /// It is asked as a provider.
        case accepted
        /// Somebody does not want it.
        case rejected
        /// It was proposed, and does not answer well any more, or is no candidate any more.
        case gone
        /// It has never answered well.
        case refused
    }

    /// That of the provider it is or would be, such as `binance-2`; never given to another address.
    package let id: String
    /// The adapter that asks it, such as `binance`.
    package let kind: String
    package let address: String
    package let status: Status
    /// What its last check found.
    package let report: CandidateReport
    package let firstSeen: Timestamp
    package let lastChecked: Timestamp
    /// Who has accepted or rejected it.
    package let decidedBy: String?
    package let decidedAt: Timestamp?

    package init(
        id: String,
        kind: String,
        address: String,
        status: Status,
        report: CandidateReport,
        firstSeen: Timestamp,
        lastChecked: Timestamp,
        decidedBy: String?,
        decidedAt: Timestamp?
    ) {
        self.id = id
        self.kind = kind
        self.address = address
        self.status = status
        self.report = report
        self.firstSeen = firstSeen
        self.lastChecked = lastChecked
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
    }
}

extension ProviderProposal.Status {
    /// What people have decided is not changed by a check.
    package var isDecided: Bool { self == .accepted || self == .rejected }

    /// What becomes of a candidate with a check.
    ///
    /// - Parameters:
    ///   - status: what it was; `nil` for one that is new.
    ///   - isGood: whether it has answered well.
    /// - Returns: what it is now.
    static func next(after status: ProviderProposal.Status?, isGood: Bool) -> ProviderProposal.Status {
        switch status {
        case .accepted, .rejected: status ?? .refused
        case _ where isGood: .proposed
        case .proposed, .gone: .gone
        case .refused, nil: .refused
        }
    }
}

extension ProviderProposal {
    /// What somebody may decide about one.
    package enum Decision: String, Hashable, Sendable, CaseIterable {
        case accept
        case reject

        package var status: Status {
            switch self {
            case .accept: .accepted
            case .reject: .rejected
            }
        }
    }

    /// Why a decision is not taken.
    package enum Refusal: Error, Hashable, Sendable {
        case noSuchProposal(String)
        /// It is so already.
        case isSo(Status)
        /// What has not answered well when it was last asked is not accepted.
        case isNotGood(Status)
        /// As many are accepted as may be.
        case tooMany
    }

    /// The most that are accepted at a time.
    package static let acceptedMax = 20

    /// Whether a decision may be taken.
    ///
    /// - Parameters:
    ///   - decision: what somebody wants.
    ///   - acceptedCount: how many are accepted.
    /// - Throws: `Refusal`.
    package func check(_ decision: Decision, acceptedCount: Int) throws(Refusal) {
        guard status != decision.status else { throw .isSo(status) }
        guard decision == .accept else { return }
        guard report.isGood, status == .proposed || status == .rejected else { throw .isNotGood(status) }
        guard acceptedCount < ProviderProposal.acceptedMax else { throw .tooMany }
    }
}

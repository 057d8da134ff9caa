package import Bus
import Domain
package import Market
package import Store

/// What was found out about addresses that might be providers, and what was decided, over the store of either engine.
package struct ProposalRepository: Sendable {
    /// The most that are kept; as many candidates were ever configured.
    package static let countMax = 1000

    private let database: HistoryDatabase
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - store: where they are kept.
    ///   - now: what time it is.
    package init(store: any Storage, now: @escaping @Sendable () -> Timestamp) {
        database = HistoryDatabase(store)
        self.now = now
    }

    // MARK: Rounds

    /// Whether a round of questions may begin.
    package enum Round: Hashable, Sendable {
        /// It may, or goes on: what was checked since then need not be asked again.
        case open(since: Timestamp)
        /// The last one began then, which is too lately.
        case tooEarly(last: Timestamp)
    }

    /// Begins a round, unless another job has begun one within an interval.
    ///
    /// - Parameters:
    ///   - job: what begins it; the same one goes on with its own, also after a crash.
    ///   - interval: the least time from the beginning of one to that of the next.
    /// - Returns: whether it may.
    /// - Throws: `HistoryError.store`.
    package func begin(by job: UUIDv7, atMostEvery interval: Duration) async throws(HistoryError) -> Round {
        let now = now()
        let arguments = [SQLValue(now), SQLValue(job), SQLValue(now.advanced(by: .zero - interval))]
        return try await database.commit { transaction throws(StoreError) in
            if let last = try transaction.rows(ProposalSQL.round).first, last[1].id == job, let start = last[0].time {
                return .open(since: start)
            }
            let begun = try transaction.run([BoundStatement(ProposalSQL.begin, arguments)])[0].rows
            if begun.first != nil { return .open(since: now) }
            guard let last = try transaction.rows(ProposalSQL.round).first?[0].time else {
                throw StoreError(.corrupt, "provider_discovery")
            }
            return .tooEarly(last: last)
        }
    }

    // MARK: Proposals

    /// All there are, the oldest first.
    ///
    /// - Throws: `HistoryError.store`.
    package func all() async throws(HistoryError) -> [ProviderProposal] {
        var found: [ProviderProposal] = []
        for row in try await database.query(ProposalSQL.all, [SQLValue(ProposalRepository.countMax)]) {
            guard let proposal = ProviderProposal(row) else { throw .corrupt("provider_proposal") }
            found.append(proposal)
        }
        return found
    }

    /// What has become of a candidate with a check.
    package struct Noted: Hashable, Sendable {
        package let id: String
        package let status: ProviderProposal.Status
        /// Whether it is proposed now and was not before.
        package let isNews: Bool
    }

    /// Keeps what a check has found; what becomes a proposal with it is told as `ProviderCandidateProposed`.
    ///
    /// - Parameters:
    ///   - report: what was found.
    ///   - kind: the adapter, 1 to 32 bytes.
    ///   - address: where it was asked, 1 to 200 bytes.
    /// - Returns: what it is now, which is what it was where somebody has decided.
    /// - Throws: `HistoryError`: `.badInput` (nothing is stored then), `.store`.
    package func note(
        _ report: CandidateReport,
        of kind: String,
        at address: String
    ) async throws(HistoryError) -> Noted {
        try InputCheck.text(kind, "kind", sizeBytes: 1...32)
        try InputCheck.text(address, "address")
        let now = now()
        let latency = report.latency.map { SQLValue.integer(Int64($0 / .microseconds(1))) } ?? .null
        return try await database.commit { transaction in
            let checks = SQLValue.text(String(decoding: try EventCodec.encode(report.checks), as: UTF8.self))
            let row = try transaction.rows(ProposalSQL.one, [.text(kind), .text(address)]).first
            guard let row else {
                let count = try transaction.rows(ProposalSQL.countOfKind, [.text(kind)]).first?[0].int ?? 0
                let status = ProviderProposal.Status.next(after: nil, isGood: report.isGood)
                // The first of a kind is the configuration's.
                let id = "\(kind)-\(count + 2)"
                try transaction.execute(
                    ProposalSQL.insert,
                    [
                        .text(id), .text(kind), .text(address), .text(status.rawValue), checks, latency,
                        SQLValue(now),
                    ]
                )
                if status == .proposed { try transaction.append(ProviderCandidateProposed(id, kind, address, report)) }
                return Noted(id: id, status: status, isNews: status == .proposed)
            }
            guard let old = ProviderProposal(row) else { throw StoreError(.corrupt, "provider_proposal") }
            let status = ProviderProposal.Status.next(after: old.status, isGood: report.isGood)
            let changed = try transaction.execute(
                ProposalSQL.update,
                [
                    .text(old.id), .text(old.status.rawValue), .text(status.rawValue), checks, latency,
                    SQLValue(now),
                ]
            )
            guard changed == 1 else { throw StoreError(.busy, "provider_proposal") }
            let isNews = status == .proposed && old.status != .proposed
            if isNews { try transaction.append(ProviderCandidateProposed(old.id, kind, address, report)) }
            return Noted(id: old.id, status: status, isNews: isNews)
        }
    }
}

extension Transaction {
    /// Takes somebody's decision about a proposal; to be committed with what follows from it.
    ///
    /// - Parameters:
    ///   - decision: what somebody wants.
    ///   - id: which proposal.
    ///   - caller: who decides.
    /// - Returns: the proposal as it was.
    /// - Throws: `ProviderProposal.Refusal`; `StoreError`, with `.busy` when somebody else has decided at this moment.
    package mutating func decide(
        _ decision: ProviderProposal.Decision,
        about id: String,
        by caller: String
    ) throws -> ProviderProposal {
        guard let row = try rows(ProposalSQL.named, [.text(id)]).first else {
            throw ProviderProposal.Refusal.noSuchProposal(id)
        }
        guard let proposal = ProviderProposal(row) else { throw StoreError(.corrupt, "provider_proposal") }
        let accepted = try rows(ProposalSQL.acceptedCount).first?[0].int ?? 0
        try proposal.check(decision, acceptedCount: accepted)
        let changed = try execute(
            ProposalSQL.decide,
            [
                .text(id), .text(proposal.status.rawValue), .text(decision.status.rawValue), .text(caller),
                SQLValue(now),
            ]
        )
        guard changed == 1 else { throw StoreError(.busy, "provider_proposal") }
        return proposal
    }
}

extension ProviderCandidateProposed {
    fileprivate init(_ id: String, _ kind: String, _ address: String, _ report: CandidateReport) {
        self.init(
            id: id,
            kind: kind,
            address: address,
            latencyMilliseconds: report.latency.map { Int64(($0 / .milliseconds(1)).rounded()) },
            checks: report.checks.map { "\($0.name) \($0.outcome.rawValue): \($0.detail)" }
        )
    }
}

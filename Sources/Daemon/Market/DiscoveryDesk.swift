import Bus
import Domain
import HTTPClient
import Logging
import Market
import MarketHistory
import Store
import Telemetry
import Threading

/// Takes in what admins accept of the addresses that were discovered, and takes out what they reject.
///
/// A decision is stored and in the audit log before it holds, together with what it changes about pools that are stored.
final class DiscoveryDesk: Sendable {
    enum Failure: Error {
        case refusal(ProviderProposal.Refusal)
        /// It is of a kind that this program does not have, or its address is not one that may be asked.
        case unusable
        /// Somebody changes a pool, or decides, at this moment.
        case busy
        case store(StoreError)
    }

    /// What a decision has led to.
    struct Decided: Sendable {
        let id: String
        let status: ProviderProposal.Status
        /// Whether it is asked from now on.
        let isInUse: Bool
    }

    private let feed: MarketFeed
    private let pools: PoolDesk
    private let proposals: ProposalRepository
    private let store: any Storage
    private let author: Incarnation
    /// Whether addresses on this machine are out of the question.
    private let isProduction: @Sendable () -> Bool
    private let now: @Sendable () -> Timestamp
    /// Accepted ones that were said to be unusable.
    private let complained = Mutex<Set<String>>([])
    private let logger = Logger(label: "market")

    init(
        feed: MarketFeed,
        pools: PoolDesk,
        store: any Storage,
        author: Incarnation,
        isProduction: @escaping @Sendable () -> Bool,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.feed = feed
        self.pools = pools
        self.store = store
        self.author = author
        self.isProduction = isProduction
        self.now = now
        proposals = ProposalRepository(store: store, now: now)
    }

    /// All there are, the oldest first.
    func all() async throws(HistoryError) -> [ProviderProposal] { try await proposals.all() }

    /// Takes over what is stored, also by other daemons of the station; not while somebody decides here.
    func refresh() async throws(Failure) {
        do throws(Failure) {
            try await pools.alone(orElse: .busy) { () async throws(Failure) in try await takeOver() }
        } catch .busy {
            // Whoever is at it takes everything over as well.
        }
    }

    /// Decides about a proposal.
    ///
    /// - Parameters:
    ///   - decision: what.
    ///   - id: about which.
    ///   - caller: who.
    /// - Returns: what it has led to.
    /// - Throws: `Failure`; then nothing has changed.
    func decide(
        _ decision: ProviderProposal.Decision,
        about id: String,
        by caller: PoolDesk.Caller
    ) async throws(Failure) -> Decided {
        try await pools.alone(orElse: .busy) { () async throws(Failure) in
            try await takeOver()
            guard let proposal = try await stored().first(where: { $0.id == id }) else {
                throw .refusal(.noSuchProposal(id))
            }
            let source = source(of: proposal)
            if decision == .accept, source == nil { throw .unusable }
            var book = feed.book
            let changes =
                decision == .accept
                ? book.adopt(id, of: source?.kind.categories ?? []) : book.dismiss(id)
            for change in changes { book.note(change, by: caller.name, at: now()) }
            try await commit(decision, about: proposal, book.record, changes, by: caller)
            do throws(Failure) {
                try await takeOver()
            } catch {
                // It is stored; the next look takes it over.
                logger.warning("a decision about a provider holds later", metadata: [LogKey.error: "\(error)"])
            }
            logger.notice(
                "somebody has decided about a proposed provider",
                metadata: [LogKey.provider: "\(id)", "status": "\(decision.status.rawValue)"]
            )
            let isInUse = !feed.isReplay && feed.discovered.contains { $0.id == id }
            return Decided(id: id, status: decision.status, isInUse: isInUse)
        }
    }

    private func commit(
        _ decision: ProviderProposal.Decision,
        about proposal: ProviderProposal,
        _ record: PoolRecord,
        _ changes: [PoolChange],
        by caller: PoolDesk.Caller
    ) async throws(Failure) {
        let events = changes.map { ProviderPoolChanged($0, caller: caller.name) }
        let activity = caller.role.map { role in
            Activity(
                time: now(),
                caller: caller.name,
                role: role,
                action: "market.\(decision.rawValue)",
                target: proposal.id,
                outcome: "done"
            )
        }
        do {
            _ = try await store.commit(by: author) { transaction in
                _ = try transaction.decide(decision, about: proposal.id, by: caller.name)
                if !events.isEmpty { try transaction.set(PoolDesk.record, to: record) }
                for event in events { try transaction.append(event) }
                if let activity { try transaction.record(activity) }
            }
        } catch let error as ProviderProposal.Refusal {
            throw .refusal(error)
        } catch {
            throw .store(error as? StoreError ?? StoreError(.failed, "provider_proposal", detail: "\(error)"))
        }
    }

    // MARK: What is stored

    private func stored() async throws(Failure) -> [ProviderProposal] {
        do throws(HistoryError) {
            return try await proposals.all()
        } catch {
            if case .store(let failure) = error { throw .store(failure) }
            throw .store(StoreError(.failed, "provider_proposal", detail: "\(error)"))
        }
    }

    private func takeOver() async throws(Failure) {
        do throws(StoreError) {
            try await pools.refresh()
        } catch {
            throw .store(error)
        }
        let accepted = try await stored().filter { $0.status == .accepted }
        let sources = accepted.compactMap(source)
        let unusable = Set(accepted.map(\.id)).subtracting(sources.map(\.id))
        let news = complained.withLock { known in
            defer { known = unusable }
            return unusable.subtracting(known)
        }
        for id in news.sorted() {
            logger.warning("an accepted provider cannot be asked here", metadata: [LogKey.provider: "\(id)"])
        }
        guard sources != feed.discovered else { return }
        do throws(HTTPClientError) {
            try await feed.use(sources)
        } catch {
            throw .store(StoreError(.failed, "http client", detail: "\(error)"))
        }
    }

    /// A proposal as somebody who can be asked; `nil` when nobody here can.
    private func source(of proposal: ProviderProposal) -> DiscoveredSource? {
        guard let kind = MarketConfig.Provider(rawValue: proposal.kind),
            let address = CandidateAddress(proposal.address), !(isProduction() && address.isLoopback)
        else { return nil }
        return DiscoveredSource(id: proposal.id, kind: kind, address: address)
    }
}

extension DiscoveryDesk.Failure: CustomStringConvertible {
    /// In a sentence, for whoever has asked.
    var description: String {
        switch self {
        case .refusal(.noSuchProposal(let id)): "There is no proposal \"\(id)\"."
        case .refusal(.isSo(let status)): "It is \(status.rawValue) already."
        case .refusal(.isNotGood(let status)):
            "It is \(status.rawValue): what has not answered well when it was last asked is not accepted."
        case .refusal(.tooMany): "As many are accepted as may be: \(ProviderProposal.acceptedMax)."
        case .unusable: "This program cannot ask it, or its address is not one that may be asked."
        case .busy: "Another change of the pools or the providers is under way; try again."
        case .store(let error): "It was not stored: \(error)."
        }
    }
}

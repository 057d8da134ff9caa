import Bus
import ChainReaders
import Chains
import Governance
import GovernanceRecords
import JSON
import Jobs
import Logging
import Store
import Telemetry

/// The community's decisions in a running station: the desk, what it reads of the chain, and what closes proposals.
struct GovernanceStation: Sendable {
    let desk: GovernanceDesk
    let closing: ProposalClosing
    private let chains: ChainDesk
    private let settings: GovernanceConfig
    private let metrics: MetricsRegistry
    private let logger = Logger(label: "governance")

    /// Blocks as long as reading a small file takes.
    ///
    /// - Throws: `CredentialError`; `AnchorKeyError` for a key that is none.
    init(
        _ station: Station,
        chains: ChainDesk,
        _ loaded: LoadedConfig,
        environment: [String: String],
        redactor: Redactor
    ) throws {
        let configuration = loaded.configuration
        settings = configuration.governance
        metrics = station.instruments.metrics
        self.chains = chains
        desk = GovernanceDesk(
            store: station.store,
            terms: GovernanceDesk.Terms(
                domain: configuration.identity.domain,
                settings: configuration.governance.settings
            ),
            signatures: chains.signatures,
            now: station.now
        )
        let key = try CredentialStore(layout: loaded.layout, environment: environment)
            .resolve(configuration.governance.anchorKey)
            .map { secret in try AnchorKey.read(secret, redactor: redactor) }
        closing = ProposalClosing(
            desk: desk,
            anchoring: Anchoring(desk: desk, solana: chains.solana, key: key, metrics: metrics),
            workflows: WorkflowClient(store: station.store)
        )
        metrics.read(.governanceWaitingBallots) { [desk] in Double(desk.waiting.checks + desk.waiting.writes) }
        chains.bind(metrics)
    }

    /// Why nothing can be proposed as the station is set up; `nil` when something can.
    var lack: String? {
        if settings.token.isEmpty { return "governance.token is not set" }
        return chains.solana.endpoints.endpoints.isEmpty ? "no endpoint is set up in chains.solana" : nil
    }

    /// The token that votes are counted by.
    var token: String? { settings.token.isEmpty ? nil : settings.token }

    /// Opens a proposal, if the one who makes it holds enough of the token.
    ///
    /// - Throws: `GovernanceError`; `.insufficientTokens` for who holds too little.
    func open(_ draft: ProposalDraft) async throws(GovernanceError) -> ProposalRecord {
        if let lack { throw .unavailable("nothing can be proposed: \(lack)") }
        let (held, decimals) = try await chains.holding(of: settings, by: draft.creatorWallet)
        let needed = GovernanceStation.baseUnits(settings.proposerTokens, decimals: decimals)
        guard UInt128(held) >= needed else {
            throw .insufficientTokens(needed: settings.proposerTokens)
        }
        return try await desk.open(draft, on: try await chains.snapshot(of: settings), with: closing.begin)
    }

    /// Takes a vote, and has a proposal closed that is settled by it.
    ///
    /// - Throws: `GovernanceError`.
    func cast(_ submission: BallotSubmission) async throws(GovernanceError) -> CastBallot {
        let cast: CastBallot
        do throws(GovernanceError) {
            cast = try await desk.cast(submission)
            metrics.counter(.governanceBallots, "cast").increment()
        } catch {
            metrics.counter(.governanceBallots, error.word).increment()
            throw error
        }
        if cast.endsVoting { await noteEnd(of: cast.proposal) }
        return cast
    }

    /// Brings a decided proposal's result to the chain once more, after a failure or with a key that was missing.
    ///
    /// - Throws: `GovernanceError`: `.notFound`, `.refused` before it is decided, `.alreadyUsed` for one that stands
    ///   there, `.store`.
    func anchorAgain(_ id: UUIDv7) async throws(GovernanceError) {
        let record = try await desk.proposal(id)
        guard record.ballotsRoot != nil else {
            throw .refused(.stillOpen(closesAt: record.life.window.closesAt))
        }
        if var anchor = try await desk.anchor(of: id) {
            guard anchor.state != .confirmed else { throw .alreadyUsed("result") }
            // One that is under way goes on.
            if anchor.state == .failed || anchor.state == .unavailable {
                (anchor.state, anchor.detail, anchor.attempts) = (.waiting, nil, 0)
                try await desk.save(anchor)
            }
        }
        do {
            try await closing.anchorAgain(id)
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .unavailable("the work cannot be begun: \(error)")
        }
    }

    /// How the chain's endpoints are doing.
    var endpoints: [JSONValue] {
        chains.solana.endpoints.standings.map { standing in
            [
                "name": .string(standing.name), "asked": .int(Int64(clamping: standing.asked)),
                "failed": .int(Int64(clamping: standing.failed)), "leftAlone": .bool(standing.isLeftAlone),
                "lastError": standing.lastError.map { .string($0.description) } ?? .null,
            ]
        }
    }

    /// Has proposals closed whose vote had ended before its time when the daemon died.
    func recover() async {
        do throws(GovernanceError) {
            for id in try await desk.overdue() { await noteEnd(of: id) }
        } catch {
            logger.warning("proposals are closed later", metadata: [LogKey.error: "\(error)"])
        }
    }

    private func noteEnd(of proposal: UUIDv7) async {
        do {
            try await closing.noteEnd(of: proposal)
        } catch {
            // It is decided when its planned end comes.
            logger.warning("a proposal is closed later", metadata: [LogKey.error: "\(error)"])
        }
    }

    private static func baseUnits(_ tokens: Int, decimals: Int) -> UInt128 {
        (0..<min(decimals, 19)).reduce(UInt128(clamping: tokens)) { units, _ in units * 10 }
    }
}

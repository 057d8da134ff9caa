import Bus
import ChainReaders
import Chains
import Governance
import GovernanceRecords
import Logging
import Telemetry

/// Writes results on Solana as memos, each once, and believes only what is finalized.
struct Anchoring: Sendable {
    let desk: GovernanceDesk
    let solana: SolanaReader
    /// The key that pays and signs; `nil` while there is none.
    let key: Ed25519.SigningKey?
    let metrics: MetricsRegistry
    let stopwatch: Stopwatch
    private let logger = Logger(label: "governance")

    /// Between two looks at a transaction that is under way.
    private static let pause: Duration = .milliseconds(1500)
    /// Of one call; the workflow calls again.
    private static let looksMax = 200

    init(
        desk: GovernanceDesk,
        solana: SolanaReader,
        key: Ed25519.SigningKey?,
        metrics: MetricsRegistry,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock())
    ) {
        self.desk = desk
        self.solana = solana
        self.key = key
        self.metrics = metrics
        self.stopwatch = stopwatch
    }

    /// Brings a decided proposal's result to the chain, or says why that is not possible.
    ///
    /// - Returns: the state that is written down: `confirmed`, `unavailable` or `failed`.
    /// - Throws: `GovernanceError`, and `ChainError` while the chain does not answer: call again.
    func anchor(_ id: UUIDv7) async throws -> String {
        let record = try await desk.proposal(id)
        guard let memo = ChainAnchor.memo(of: record) else { return ChainAnchor.State.unavailable.rawValue }
        var anchor = try await desk.anchor(of: id) ?? ChainAnchor(waiting: memo, of: id, at: desk.now())
        guard anchor.state != .confirmed else { return anchor.state.rawValue }
        if let lack {
            (anchor.state, anchor.detail) = (.unavailable, lack)
            try await end(anchor)
            return anchor.state.rawValue
        }
        for _ in 0..<Self.looksMax {
            let height = try await solana.lowestBlockHeight()
            switch AnchorStep(after: anchor, fate: try await fate(of: anchor), height: height) {
            case .sign: try await sign(&anchor)
            case .send: try await send(anchor)
            case .wait: break
            case .confirm(let slot):
                (anchor.state, anchor.position, anchor.detail) = (.confirmed, slot, nil)
                try await end(anchor)
                return anchor.state.rawValue
            case .giveUp(let reason):
                (anchor.state, anchor.detail) = (.failed, reason)
                try await end(anchor)
                logger.error("a result is not on the chain", metadata: [LogKey.error: "\(reason)"])
                return anchor.state.rawValue
            }
            try await stopwatch.sleep(for: Self.pause)
        }
        throw ChainError(.timedOut, "the transaction is neither there nor lost")
    }

    private func end(_ anchor: ChainAnchor) async throws(GovernanceError) {
        try await desk.save(anchor)
        metrics.counter(.governanceAnchors, anchor.state.rawValue).increment()
    }

    /// What is missing to write at all.
    private var lack: String? {
        if key == nil { return "governance.anchor_key is not set: results stay here" }
        return solana.endpoints.endpoints.isEmpty ? "no endpoint is set up in chains.solana: results stay here" : nil
    }

    private func fate(of anchor: ChainAnchor) async throws(ChainError) -> AnchorStep.Fate? {
        guard let signature = anchor.signature else { return nil }
        switch try await solana.status(of: signature) {
        case .unknown: return .unknown
        case .seen: return .seen
        case .finalized(let slot): return .finalized(slot: slot)
        case .failed(_, let why): return .failed(why)
        }
    }

    private func sign(_ anchor: inout ChainAnchor) async throws {
        guard let key else { return }
        let blockhash = try await solana.latestBlockhash().value
        guard let hash = SolanaHash(bytes: blockhash.bytes) else { throw ChainError(.malformed, "no blockhash") }
        let message = try SolanaMessage(
            payer: key.publicKey,
            instructions: [Memo.instruction(text: anchor.memo, signers: [key.publicKey])],
            blockhash: hash
        )
        let transaction = try SolanaTransaction(signing: message, with: [key])
        anchor.signature = transaction.id.description
        anchor.bytes = transaction.bytes
        anchor.lastValidHeight = blockhash.lastValidBlockHeight
        anchor.attempts += 1
        anchor.state = .sent
        anchor.detail = nil
        // Before anybody else sees it: a crash now sends these very bytes again.
        try await desk.save(anchor)
        try await send(anchor)
    }

    private func send(_ anchor: ChainAnchor) async throws {
        guard let bytes = anchor.bytes else { return }
        do throws(ChainError) {
            _ = try await solana.send(bytes)
        } catch {
            // It may have landed all the same, as when it was sent before; its status tells.
            logger.info("a transaction was not taken", metadata: [LogKey.error: "\(error.debugDescription)"])
            if error.code == .cancelled { throw error }
        }
    }
}

package import Bus
import Domain
package import Governance
package import Store
import Threading

/// Everything that is done about proposals, ballots and the treasury, over the store of either engine.
///
/// What changes and the event that tells it are one transaction. Ballots are checked and written down many at a time:
/// those that come while a batch is under way make the next one.
package final class GovernanceDesk: Sendable {
    /// What goes along with the opening of a proposal, in the same transaction: the work that will close it.
    package typealias Opening = @Sendable (inout Transaction, ProposalRecord) throws -> Void

    let store: any Storage
    let signatures: any SignatureChecking
    package let now: @Sendable () -> Timestamp
    let author = Incarnation(of: "governance")
    private let current: Mutex<Terms>
    private let ids = Mutex(UUIDv7Generator())
    let known = Mutex(KnownProposals())
    let live = Mutex(LiveTallies())
    let trees = Mutex(ReceiptTrees())
    /// Trees are made one after the other: each takes seconds where there are a million ballots.
    let treeMaking = CombiningQueue<TreeRequest, TreeRequest.Answer>(batchMax: 16, waitingMax: 256) { requests in
        var answers: [TreeRequest.Answer] = []
        for request in requests { answers.append(await request.make()) }
        return answers
    }
    let checks: CombiningQueue<SignedClaim, SignatureVerdict>
    let writes: CombiningQueue<CheckedBallot, Result<CastBallot, GovernanceError>>

    /// What the desk goes by.
    package struct Terms: Hashable, Sendable {
        /// Who asks for signatures.
        package var domain: String
        package var settings: GovernanceSettings

        package init(domain: String, settings: GovernanceSettings) {
            self.domain = domain
            self.settings = settings
        }
    }

    /// Ballots in one transaction; with the statements around them they are what one round trip takes.
    static let batchMax = 60
    /// Ballots that may wait: some seconds' worth.
    private static let waitingMax = 20_000

    /// - Parameters:
    ///   - store: where it is kept.
    ///   - terms: what it goes by.
    ///   - signatures: who can check what wallets sign.
    ///   - now: what time it is.
    package init(
        store: any Storage,
        terms: Terms,
        signatures: any SignatureChecking,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.signatures = signatures
        self.now = now
        current = Mutex(terms)
        checks = CombiningQueue(batchMax: 256, waitingMax: Self.waitingMax) { await signatures.check($0) }
        let author = author
        writes = CombiningQueue(batchMax: Self.batchMax, waitingMax: Self.waitingMax) { ballots in
            await BallotBatch(ballots, at: now()).write(to: store, by: author)
        }
    }

    package var terms: Terms { current.withLock { $0 } }

    /// Other terms, from the next proposal and the next ballot on.
    package func replace(with terms: Terms) { current.withLock { $0 = terms } }

    /// Ballots that wait to be checked, and to be written down.
    package var waiting: (checks: Int, writes: Int) { (checks.depth, writes.depth) }

    // MARK: Opening

    /// Opens a proposal on a snapshot of its token.
    ///
    /// - Parameters:
    ///   - draft: what is proposed.
    ///   - reading: who holds the token.
    ///   - opening: what goes along with it.
    /// - Returns: the proposal.
    /// - Throws: `GovernanceError`: `.invalid`, `.refused` where too many are open, `.alreadyUsed` for a title, `.store`.
    package func open(
        _ draft: ProposalDraft,
        on reading: SnapshotReading,
        with opening: @escaping Opening = { _, _ in }
    ) async throws(GovernanceError) -> ProposalRecord {
        let (time, settings) = (now(), terms.settings)
        let supply = SupplySnapshot(
            chain: reading.chain,
            mint: reading.token,
            slot: reading.position,
            supply: reading.supply
        )
        // Sums of weights are kept in 63 bits.
        guard reading.supply <= UInt64(Int64.max), reading.position <= UInt64(Int64.max) else {
            throw .unavailable("the token has more base units than can be counted here")
        }
        let document = ProposalDocument(
            title: draft.title,
            details: draft.details,
            rules: settings.rules(draft.system, options: draft.options),
            snapshot: supply,
            opensAt: time,
            closesAt: time.advanced(by: .seconds(draft.votingSeconds ?? settings.votingSeconds))
        )
        if let problem = document.problems().first { throw .invalid(field: problem.key, problem: problem.text) }
        if let url = draft.mediaURL {
            guard PlainText.isWord(url, bytesMax: 2000), url.hasPrefix("https://") || url.hasPrefix("http://") else {
                throw .invalid(field: "media_url", problem: "must be an http or https URL of at most 2000 bytes")
            }
        }
        let snapshot = SnapshotRecord(
            id: nextID(),
            chain: reading.chain,
            token: reading.token,
            decimals: reading.decimals,
            position: reading.position,
            supply: reading.supply,
            holderCount: reading.holders.count,
            holdersHash: HolderList.hash(reading.holders),
            endpoints: reading.endpoints,
            madeAt: time
        )
        let record = ProposalRecord(
            id: nextID(),
            title: draft.title,
            details: draft.details,
            mediaURL: draft.mediaURL,
            creatorID: draft.creatorID,
            creatorWallet: draft.creatorWallet,
            rules: document.rules,
            snapshot: snapshot,
            document: String(decoding: document.bytes, as: UTF8.self),
            documentHash: document.hash,
            life: ProposalLife(window: document.window),
            ballotCount: 0,
            castWeight: 0,
            createdAt: time
        )
        return try await commit { transaction in
            try GovernanceDesk.checkOpening(record, settings, transaction)
            try GovernanceDesk.insert(snapshot, reading.holders, &transaction)
            try GovernanceDesk.insert(record, &transaction)
            try transaction.append(ProposalOpened(record))
            try opening(&transaction, record)
            return record
        }
    }

    private static func checkOpening(
        _ record: ProposalRecord,
        _ settings: GovernanceSettings,
        _ transaction: borrowing Transaction
    ) throws {
        let creator = SQLValue.text(record.creatorWallet)
        let counts = try transaction.rows(ProposalSQL.openCounts, [creator, SQLValue(record.createdAt)]).first
        try settings.checkOpening(openCount: counts?[0].int ?? 0, openByCreator: counts?[1].int ?? 0)
        guard try transaction.rows(ProposalSQL.sameTitle, [creator, .text(record.title)]).isEmpty else {
            throw GovernanceError.alreadyUsed("title")
        }
    }

    private static func insert(
        _ snapshot: SnapshotRecord,
        _ holders: [String: UInt64],
        _ transaction: inout Transaction
    ) throws {
        try transaction.execute(
            ProposalSQL.insertSnapshot,
            [
                SQLValue(snapshot.id), .text(snapshot.chain), .text(snapshot.token), SQLValue(snapshot.decimals),
                .integer(Int64(clamping: snapshot.position)), .integer(Int64(clamping: snapshot.supply)),
                SQLValue(snapshot.holderCount), .text(snapshot.holdersHash.description),
                .text(snapshot.endpoints.joined(separator: " ")), SQLValue(snapshot.madeAt),
            ]
        )
        for list in HolderList.pieces(of: holders) {
            try transaction.execute(
                ProposalSQL.insertHolders,
                [SQLValue(snapshot.id), .text(list), .text(snapshot.chain), .text(snapshot.token)]
            )
        }
        try transaction.execute(
            ProposalSQL.insertRelays,
            [SQLValue(snapshot.id), .text(snapshot.chain), .text(snapshot.token)]
        )
    }

    private static func insert(_ record: ProposalRecord, _ transaction: inout Transaction) throws {
        try transaction.execute(
            ProposalSQL.insert,
            [
                SQLValue(record.id), .text(record.title), .text(record.details), SQLValue(record.mediaURL),
                SQLValue(record.creatorID), .text(record.creatorWallet), SQLValue(record.snapshot.id),
                try GovernanceRows.encode(record.rules), .text(record.document),
                .text(record.documentHash.description), .text(record.state.rawValue),
                try GovernanceRows.encode(record.life), SQLValue(record.life.window.opensAt),
                SQLValue(record.life.window.closesAt), SQLValue(record.createdAt),
            ]
        )
    }

    // MARK: Looking

    /// - Throws: `GovernanceError`: `.notFound`, `.store`.
    package func proposal(_ id: UUIDv7) async throws(GovernanceError) -> ProposalRecord {
        guard let row = try await query(ProposalSQL.one, [SQLValue(id)]).first else { throw .notFound("proposal") }
        return try read { () throws(StoreError) in try GovernanceRows.proposal(row) }
    }

    /// The newest first.
    ///
    /// - Parameters:
    ///   - before: only those older than this one.
    ///   - state: only those in this state.
    ///   - limit: 1 to 200.
    /// - Returns: the proposals.
    /// - Throws: `GovernanceError` with `.store`.
    package func proposals(
        before: UUIDv7? = nil,
        in state: ProposalState? = nil,
        limit: Int = 50
    ) async throws(GovernanceError) -> [ProposalRecord] {
        let start = SQLValue(before ?? UUIDv7(high: .max, low: .max))
        var arguments = [start, SQLValue(min(200, max(1, limit)))]
        if let state { arguments.append(.text(state.rawValue)) }
        let rows = try await query(state == nil ? ProposalSQL.page : ProposalSQL.pageInState, arguments)
        return try rows.map { row throws(GovernanceError) in
            try read { () throws(StoreError) in try GovernanceRows.proposal(row) }
        }
    }

    // MARK: Helpers

    func nextID() -> UUIDv7 {
        let time = now()
        return ids.withLock { $0.next(at: time) }
    }

    func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(GovernanceError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch {
            throw GovernanceError(error)
        }
    }

    func query(_ statement: SQL, _ arguments: [SQLValue]) async throws(GovernanceError) -> [SQLRow] {
        do throws(StoreError) {
            return try await store.query(statement, arguments)
        } catch {
            throw .store(error)
        }
    }

    func read<Value>(_ body: () throws(StoreError) -> Value) throws(GovernanceError) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw .store(error)
        }
    }
}

extension ProposalOpened {
    fileprivate init(_ record: ProposalRecord) {
        self.init(
            proposal: record.id,
            title: record.title,
            system: record.rules.system.rawValue,
            options: record.rules.options,
            documentHash: record.documentHash.description,
            snapshot: String(record.snapshot.position),
            supply: String(record.snapshot.supply),
            closesAt: record.life.window.closesAt
        )
    }
}

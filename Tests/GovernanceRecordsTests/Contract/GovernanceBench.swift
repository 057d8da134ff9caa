import Bus
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

/// A desk over a store, with a clock that the test sets.
struct GovernanceBench: Sendable {
    let store: any Storage
    let time: ManualTime
    let desk: GovernanceDesk
    /// Opens the same database once more, as another daemon does.
    let reopen: @Sendable () async throws -> any Storage

    static let domain = "station.example"
    static let token = "Token1"
    /// Keys of the council.
    static let council = ["TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "11111111111111111111111111111111"]

    init(store: any Storage, time: ManualTime, reopen: @escaping @Sendable () async throws -> any Storage) {
        (self.store, self.time, self.reopen) = (store, time, reopen)
        desk = GovernanceBench.desk(over: store) { time.now }
    }

    /// A day of voting, a quorum of a tenth, and an hour each for a late quorum and before execution.
    static var settings: GovernanceSettings {
        var settings = GovernanceSettings()
        settings.votingSeconds = 86_400
        settings.openPerCreatorMax = 100
        settings.lateQuorumExtensionSeconds = 3600
        settings.executionDelaySeconds = 3600
        settings.vetoKeys = council
        return settings
    }

    static func desk(
        over store: any Storage,
        _ settings: GovernanceSettings = settings,
        now: @escaping @Sendable () -> Timestamp
    ) -> GovernanceDesk {
        GovernanceDesk(
            store: store,
            terms: .init(domain: domain, settings: settings),
            signatures: PlainWallets(),
            now: now
        )
    }

    /// Another desk with the same clock.
    func desk(over other: (any Storage)? = nil, _ settings: GovernanceSettings = settings) -> GovernanceDesk {
        GovernanceBench.desk(over: other ?? store, settings) { [time] in time.now }
    }

    // MARK: Proposing

    /// The holders of the token; its supply is what they have together, unless it is given.
    static func reading(_ holders: [String: UInt64], supply: UInt64? = nil) -> SnapshotReading {
        SnapshotReading(
            chain: PlainWallets.chain,
            token: token,
            decimals: 6,
            position: 4711,
            supply: supply ?? holders.values.reduce(0, +),
            holders: holders,
            endpoints: ["one.example", "two.example"]
        )
    }

    static func draft(_ title: String = "Jazz at night") -> ProposalDraft {
        ProposalDraft(title: title, details: "From ten\nto six.", creatorWallet: "w-creator")
    }

    func open(
        _ holders: [String: UInt64],
        supply: UInt64? = nil,
        title: String = "Jazz at night"
    ) async throws -> ProposalRecord {
        try await desk.open(GovernanceBench.draft(title), on: GovernanceBench.reading(holders, supply: supply))
    }

    /// Moves on to the first moment at which no more ballots are taken.
    func close(_ proposal: ProposalRecord) async throws {
        let end = try await desk.proposal(proposal.id).life.window.closesAt
        time.advance(by: time.now.duration(to: end))
    }

    // MARK: Voting

    /// A ballot signed now by its own wallet, unless it is said otherwise.
    func ballot(
        _ proposal: ProposalRecord,
        _ wallet: String,
        _ choice: String = "yes",
        issuedAfter wait: Duration = .zero,
        for lifetime: Duration = .seconds(600),
        by signer: String? = nil,
        domain: String = domain
    ) throws -> BallotSubmission {
        let issued = time.now.advanced(by: wait)
        let expires = issued.advanced(by: lifetime)
        let text = try BallotText(
            domain: domain,
            chain: PlainWallets.chain,
            wallet: wallet,
            proposal: proposal.id,
            proposalHash: proposal.documentHash,
            choice: try Choice(parsing: choice),
            nonce: "nonce12345",
            issuedAt: issued,
            expiresAt: expires
        )
        return BallotSubmission(
            proposal: proposal.id,
            wallet: wallet,
            choice: choice,
            nonce: "nonce12345",
            issuedAt: issued,
            expiresAt: expires,
            signature: PlainWallets.sign(text.text, by: signer ?? wallet)
        )
    }

    @discardableResult
    func vote(_ proposal: ProposalRecord, _ wallet: String, _ choice: String = "yes") async throws -> CastBallot {
        try await desk.cast(try ballot(proposal, wallet, choice))
    }

    /// All ballots of a proposal, in their order.
    func ballots(_ proposal: ProposalRecord) async throws -> [CastBallot] {
        try await desk.ballots(of: proposal.id, from: 0, limit: 5000)
    }

    // MARK: Looking

    /// What was logged of one type, in order.
    func events<Event: DurableEvent>(_ type: Event.Type) async throws -> [Event] {
        var (events, next): ([Event], UInt64) = ([], 0)
        while true {
            let page = try await store.read(.all, from: next)
            for event in page.events where event.header.topic == type.topic {
                events.append(try EventCodec.decode(type, from: event.payload))
            }
            guard !page.isComplete else { return events }
            next = page.next
        }
    }

    /// One number out of the database.
    func number(_ statement: SQL, _ arguments: [SQLValue] = []) async throws -> Int? {
        try await store.query(statement, arguments).first?[0].int
    }
}

import Bus
import Domain
import Governance
import GovernanceRecords
import Identity
import JSON
import Testing
import Threading

@testable import API

/// The pages of what the community decides, over fixed data.
struct GovernancePagesSample {
    static let id = UUIDv7(milliseconds: 1_790_000_000_000, counter: 1, random: 2)
    static let wallet = "Wa11etWa11etWa11etWa11etWa11etWa11etWa11etWa"

    /// What was asked of the station.
    final class Book: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    let book = Book()
    var lack: String?
    var sheets: [ProposalSheet] = []
    var wallets = [
        ConsoleGovernance.Wallet(id: id, chain: .solana, address: wallet, linkedAt: ConsoleSample.now)
    ]
    var treasury: Shown<TreasurySheet> = .failure(APIError(.unavailable, "The store does not answer."))
    /// Why nothing is opened.
    var refusal: APIError?

    var governance: ConsoleGovernance {
        let (book, lack, sheets, wallets, treasury, refusal) = (book, lack, sheets, wallets, treasury, refusal)
        return ConsoleGovernance(
            lack: { lack },
            votingDays: { 7 },
            proposals: { before throws(APIError) in
                book.note("before \(before?.description ?? "-")")
                return ConsoleGovernance.ProposalList(
                    proposals: before == nil ? sheets : [],
                    next: before == nil ? sheets.last?.view.id : nil
                )
            },
            proposal: { id throws(APIError) in
                guard let sheet = sheets.first(where: { $0.view.id == id }) else {
                    throw APIError(.notFound, "There is no such proposal.")
                }
                return sheet
            },
            open: { draft throws(APIError) in
                if let refusal { throw refusal }
                book.note("\(draft.title)|\(draft.details)|\(draft.creatorWallet)|\(draft.system)")
                book.note("\(draft.options.joined(separator: "+"))|\(draft.votingSeconds ?? 0)")
                return GovernancePagesSample.id
            },
            wallets: { _ in wallets },
            unlink: { id, person, _ in book.note("unlink \(id) of \(person.email)") },
            treasury: { before throws(APIError) in
                book.note("treasury before \(before?.description ?? "-")")
                return try treasury.get()
            }
        )
    }

    /// Serves them while the body runs.
    func serving(_ body: (_ ask: TestListener.Ask) async throws -> Void) async throws {
        let console = Console(data: try ConsoleSample().data)
        let routes = [console.files.route] + console.governanceRoutes(governance)
        try await TestListener.serving(RouteTable(routes, failurePages: FailurePages(console)), body)
    }

    // MARK: Proposals

    /// A proposal whose supply is 1000 tokens of two decimals, a tenth of which is the quorum.
    ///
    /// - Parameters:
    ///   - system: how it is counted.
    ///   - options: what can be chosen.
    ///   - ballots: choices with their weights in base units.
    ///   - fields: members of what programs see, in place of these.
    ///   - landing: where the result stands on the chain.
    /// - Throws: where the data do not fit together.
    /// - Returns: the proposal, which is open for an hour more unless the fields say otherwise.
    static func sheet(
        _ system: VotingSystem = .basic,
        options: [String] = VotingSystem.basicOptions,
        ballots: [(choice: String, weight: UInt64)] = [],
        fields: [String: JSONValue] = [:],
        landing: ProposalSheet.Landing? = nil
    ) throws -> ProposalSheet {
        var tally = try Tally(system, optionCount: options.count)
        for ballot in ballots { try tally.add(try Choice(parsing: ballot.choice), weight: ballot.weight) }
        let result = tally.finish()
        let now = ConsoleSample.now
        var members: [String: JSONValue] = [
            "id": .string(id.description), "title": "A title", "description": "Some words.", "creator": .string(wallet),
            "system": .string(system.rawValue), "options": .array(options.map { .string($0) }), "status": "voting",
            "opens_at": .string(now.advanced(by: .seconds(-3600)).description),
            "closes_at": .string(now.advanced(by: .seconds(3600)).description), "is_extended": false,
            "seconds_left": 3600, "ballots": .int(Int64(ballots.count)),
            "cast_weight": .string(result.castWeight.description), "quorum_weight": "10000",
            "has_quorum": .bool(result.castWeight.units >= 10_000),
            "rules": [
                "quorum_basis_points": 1000, "pass_basis_points": 5000, "allows_early_close": true,
                "late_quorum_seconds": 21_600, "execution_delay_seconds": 3600, "veto_keys": [],
            ],
            "snapshot": [
                "chain": "solana", "token": "Mint", "decimals": 2, "slot": "123456", "supply": "100000",
                "holders": 12, "holders_hash": "ab", "endpoints": ["first", "second"],
            ],
            "document_hash": "d0c", "on_chain": false,
        ]
        members.merge(fields) { $1 }
        return ProposalSheet(
            view: try EventCodec.decode(ProposalView.self, from: JSONValue.object(members).bytes),
            standing: result,
            plannedCloseAt: now.advanced(by: .seconds(1800)),
            quorumReachedAt: nil,
            executableAt: nil,
            vetoedBy: nil,
            landing: landing
        )
    }
}

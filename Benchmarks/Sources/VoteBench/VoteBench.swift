import Bus
import ChainReaders
import Chains
import Domain
import Glibc
import Governance
import GovernanceRecords
import HTTPClient
import Store
import StorePostgres
import Threading

/// Measures what voting takes on one database, and prints one line of JSON.
///
/// Usage: `VoteBench DATABASE BALLOTS AT_ONCE`. The database is `sqlite:FILE` or `postgres:HOST:PORT:NAME:USER`, and
/// empty. Each ballot is another wallet's, signed beforehand, checked and written down as the daemon does it; then the
/// proposal is decided, and one receipt is made with its proof.
@main
struct VoteBench {
    private let desk: GovernanceDesk
    private let count: Int
    private let atOnce: Int
    private var figures: [(String, Double)] = []
    /// So that the vote can end without waiting for it.
    private static let clock = Mutex(Duration.zero)

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[2]), count > 0, let atOnce = Int(arguments[3]) else {
            print("usage: VoteBench sqlite:FILE|postgres:HOST:PORT:NAME:USER BALLOTS AT_ONCE")
            exit(64)
        }
        let store = try await open(arguments[1])
        var bench = try VoteBench(store, count: count, atOnce: atOnce)
        try await bench.run()
        await store.close()
        print("{\"bench\":\"vote\",\(bench.figures.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}")
    }

    private static func open(_ place: String) async throws -> any Storage {
        let parts = place.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let bus = try EventBus(types: EventCatalogue.all)
        switch (parts.first, parts.count) {
        case ("sqlite", 2):
            // As shipped: what was acknowledged is on the disk.
            return try await SQLiteStore.open(SQLiteConfig(path: parts[1]), bus: bus)
        case ("postgres", 5):
            guard let port = UInt16(parts[2]) else { break }
            let config = PostgresConfig(host: parts[1], port: port, database: parts[3], user: parts[4])
            return try await PostgresStore.open(config, bus: bus)
        default: break
        }
        print("not a database: \(place)")
        exit(64)
    }

    private static func now() -> Timestamp { Timestamp.now.advanced(by: clock.withLock { $0 }) }

    private init(_ store: any Storage, count: Int, atOnce: Int) throws {
        let nodes = ChainEndpoints([], transport: try CurlTransport(config: HTTPClientConfig()))
        var settings = GovernanceSettings()
        settings.lateQuorumExtensionSeconds = 0
        desk = GovernanceDesk(
            store: store,
            terms: GovernanceDesk.Terms(domain: "bench.example", settings: settings),
            signatures: WalletSignatures(ethereum: EthereumReader(nodes)),
            now: VoteBench.now
        )
        self.count = count
        self.atOnce = max(1, atOnce)
    }

    private mutating func run() async throws {
        let wallets = try (0..<count).map { try VoteBench.key($0).publicKey.description }
        let snapshot = SnapshotReading(
            chain: "solana",
            token: SolanaAddress.tokenProgram.description,
            decimals: 6,
            position: 1,
            // So much that nothing is settled before the last ballot.
            supply: UInt64(wallets.count) * 100,
            holders: Dictionary(uniqueKeysWithValues: wallets.map { ($0, 10) }),
            endpoints: ["bench"]
        )
        let draft = ProposalDraft(title: "Bench", details: "", creatorWallet: wallets[0])
        var begin = ContinuousClock.now
        let proposal = try await desk.open(draft, on: snapshot)
        note("open_s", begin)
        let ballots = try await signed(proposal.id, wallets)
        begin = .now
        try await cast(ballots)
        let seconds = begin.duration(to: .now) / .seconds(1)
        figures.append(("ballots_per_s", Double(ballots.count) / seconds))
        VoteBench.clock.withLock { $0 = .seconds(8 * 86_400) }
        begin = .now
        let decided = try await desk.decide(proposal.id)
        note("decide_s", begin)
        guard decided.ballotCount == ballots.count, decided.state == .passed else {
            print("\(decided.ballotCount) ballots, \(decided.state)")
            exit(70)
        }
        begin = .now
        _ = try await desk.receipt(of: wallets[wallets.count / 2], in: proposal.id)
        note("receipt_s", begin)
    }

    /// Made anew each time: keys stand in locked memory, of which there is not much.
    private static func key(_ number: Int) throws -> Ed25519.SigningKey {
        try Ed25519.SigningKey((0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) })
    }

    private func signed(_ proposal: UUIDv7, _ wallets: [String]) async throws -> [BallotSubmission] {
        var ballots: [BallotSubmission] = []
        for (number, wallet) in wallets.enumerated() {
            let key = try VoteBench.key(number)
            let nonce = "bench\(ballots.count)nonce"
            let made = try await desk.ballotText(for: proposal, wallet: wallet, choice: "yes", nonce: nonce)
            ballots.append(
                BallotSubmission(
                    proposal: proposal,
                    wallet: wallet,
                    choice: "yes",
                    nonce: nonce,
                    issuedAt: made.issuedAt,
                    expiresAt: made.expiresAt,
                    signature: key.sign(Array(made.text.utf8)).description
                )
            )
        }
        return ballots
    }

    /// Everybody sends the next ballot when the last one was acknowledged.
    private func cast(_ ballots: [BallotSubmission]) async throws {
        let turns = Turns(count: ballots.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<atOnce {
                // One for each caller.
                group.addTask { [desk] in
                    while let place = turns.next() { _ = try await desk.cast(ballots[place]) }
                }
            }
            try await group.waitForAll()
        }
    }

    private mutating func note(_ name: String, _ begin: ContinuousClock.Instant) {
        figures.append((name, begin.duration(to: .now) / .seconds(1)))
    }
}

/// Whose ballot comes next.
private final class Turns: Sendable {
    private let count: Int
    private let place = Mutex(0)

    init(count: Int) { self.count = count }

    func next() -> Int? {
        let taken = place.withLock { place in
            defer { place += 1 }
            return place
        }
        return taken < count ? taken : nil
    }
}

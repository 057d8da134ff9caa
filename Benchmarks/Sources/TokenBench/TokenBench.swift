import Bus
import Domain
import Identity
import Store

/// Measures how long it takes to find out whom an access token stands for, one at a time, on SQLite.
///
/// Usage: `TokenBench FOLDER HS256|EdDSA COUNT`. The folder must exist and be empty. Prints one line of JSON:
/// microseconds for tokens that were never seen before, each of which is verified and looked up in the store, and for one
/// that has been seen.
@main
struct TokenBench {
    private static let origin = RequestOrigin(address: "127.0.0.1")
    private static let password = "a long word for a bench"

    let desk: IdentityDesk
    let count: Int

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let algorithm = AccessTokens.Algorithm(rawValue: arguments[2]),
            let count = Int(arguments[3])
        else {
            print("usage: TokenBench FOLDER HS256|EdDSA COUNT")
            return
        }
        let store = try await SQLiteStore.open(
            SQLiteConfig(path: "\(arguments[1])/token.sqlite"),
            bus: try EventBus(types: EventCatalogue.all)
        )
        let keys = SigningKeys(current: try SigningKey(secret: try SigningKey.makeSecret()), previous: nil)
        let tokens = try await AccessTokens(keys: keys, algorithm: algorithm, issuer: "bench")
        var settings = IdentitySettings()
        // What is seen stays seen for as long as the bench takes.
        settings.recheckAfter = .seconds(600)
        let desk = IdentityDesk(store: store, settings: settings, tokens: tokens, now: { Timestamp.now })
        try await TokenBench(desk: desk, count: count).run()
        await store.close()
    }

    private func run() async throws {
        let key = try await makeKey()
        var tokens: [String] = []
        for _ in 0..<count { tokens.append(try await desk.exchange(key: key).text) }
        var waits: [Duration] = []
        for token in tokens { waits.append(try await timed(token)) }
        let unseen = Percentiles(waits)
        waits.removeAll()
        for _ in 0..<(20 * count) { waits.append(try await timed(tokens[0])) }
        let seen = Percentiles(waits)
        print(
            """
            {"unseen_us": \(unseen.middle), "unseen_p99_us": \(unseen.high), "seen_us": \(seen.middle), \
            "seen_p99_us": \(seen.high)}
            """
        )
    }

    private func makeKey() async throws -> String {
        let email = "bench@example.net"
        _ = try await desk.register(email: email, password: TokenBench.password, from: TokenBench.origin)
        let login = try await desk.logIn(email: email, password: TokenBench.password, from: TokenBench.origin)
        let principal = try await desk.authenticate(bearer: login.accessToken)
        let request = APIKeyRequest(name: "bench", scopes: [.read])
        return try await desk.createKey(request, for: principal, from: TokenBench.origin).secret
    }

    private func timed(_ token: String) async throws -> Duration {
        let start = ContinuousClock.now
        _ = try await desk.authenticate(bearer: token)
        return start.duration(to: .now)
    }
}

/// Of some waits, in microseconds.
private struct Percentiles {
    let middle: Double
    let high: Double

    init(_ waits: [Duration]) {
        let sorted = waits.map { $0 / .microseconds(1) }.sorted()
        middle = sorted[sorted.count / 2]
        high = sorted[sorted.count * 99 / 100]
    }
}

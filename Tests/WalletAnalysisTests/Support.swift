import Bus
import Domain
import HTTPClient
import JSON
import Store
import StorePostgres
import TestKit
import Testing
import Threading

/// Answers requests by a function, and remembers what was asked.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) async -> Result<HTTPResponse, HTTPClientError>

    private let answer: Answer
    private let asked = Mutex<[HTTPRequest]>([])

    init(_ answer: @escaping Answer) { self.answer = answer }

    var requests: [HTTPRequest] { asked.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        asked.withLock { $0.append(request) }
        return try await answer(request).get()
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let response = try await send(request)
        return HTTPStreamedResponse(
            status: response.status,
            headers: response.headers,
            body: HTTPBody(pieces: [response.body])
        )
    }
}

/// Opens one of the engines for a check, with a database of its own.
struct Engine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable (_ time: ManualTime, _ check: @Sendable (any Storage) async throws -> Void) async throws -> Void

    static let all = PostgresCluster.isInstalled ? [sqlite, postgres] : [sqlite]

    static let sqlite = Engine(testDescription: "SQLite") { time, check in
        let folder = try TemporaryFolder()
        var config = SQLiteConfig(path: folder.path("store.db"))
        // A crash of the machine is not what is tested here.
        config.synchronous = .normal
        let store = try await SQLiteStore.open(config, bus: try bus(time), now: { time.now })
        try await check(store)
        await store.close()
    }

    static let postgres = Engine(testDescription: "PostgreSQL") { time, check in
        let database = try await PostgresCluster.shared.get().makeDatabase()
        let store = try await PostgresStore.open(database, bus: try bus(time), now: { time.now })
        try await check(store)
        await store.close()
    }

    private static func bus(_ time: ManualTime) throws -> EventBus {
        try EventBus(types: EventCatalogue.all, now: { time.now })
    }
}

extension EventLog {
    /// How many events of a topic the log has.
    func count(of topic: Topic) async throws(StoreError) -> Int {
        try await read(.topic(topic), from: 0, limit: 10_000).events.count
    }
}

/// Lets through whoever waits once it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func pass() async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}

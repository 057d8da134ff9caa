package import Bus
import Domain
import Jobs
package import Store
import Testing

/// What jobs have to do on every engine, as checks that an engine's own tests run one by one.
package struct JobContract: Sendable {
    /// An open store on a database of its own, and a way to move that database's clock.
    package struct Engine: Sendable {
        package let store: any Storage
        package let advance: @Sendable (Duration) async throws -> Void

        package init(store: any Storage, advance: @escaping @Sendable (Duration) async throws -> Void) {
            self.store = store
            self.advance = advance
        }
    }

    /// The clock stands still until it is moved; with `isLive` it also goes on by itself, as a runner needs it.
    package typealias Open = @Sendable (_ bus: EventBus, _ isLive: Bool) async throws -> Engine

    private let openEngine: Open

    /// - Parameter open: how to open the engine; each check opens one.
    package init(open: @escaping Open) { openEngine = open }

    /// One promise of the contract.
    package struct Check: Sendable, CustomTestStringConvertible {
        package let name: String
        package let run: @Sendable (JobContract) async throws -> Void
        package var testDescription: String { name }
    }

    package static let checks = queueing + ending + limiting + operating + running

    // MARK: For the checks

    static let author = Incarnation(of: "author")
    static let media: QueueName = "media"

    /// Runs a check's body on an open engine and closes it.
    func with(isLive: Bool = false, _ body: (Engine, JobQueue) async throws -> Void) async throws {
        let engine = try await openEngine(EventBus(types: EventCatalogue.all), isLive)
        do {
            try await body(engine, JobQueue(store: engine.store))
        } catch {
            await engine.store.close()
            throw error
        }
        await engine.store.close()
    }

    static func request(_ number: Int = 0, key: JobLimit? = nil) -> JobRequest {
        var request = JobRequest(queue: media, kind: "count", payload: "{\"number\":\(number)}")
        request.limit = key
        return request
    }

    static func worker(_ number: UInt64) -> UUIDv7 { UUIDv7(high: 7, low: number) }
}

extension JobQueue {
    /// Claims from the queue of the checks.
    func claimSome(_ limit: Int = 100, worker: UInt64 = 1) async throws -> [JobRecord] {
        try await claim(
            JobContract.media,
            limit: limit,
            lease: .seconds(30),
            worker: JobContract.worker(worker)
        )
    }

    func completeAll(_ records: [JobRecord]) async throws -> Set<UUIDv7> {
        try await complete(records.map { Completion(id: $0.id, epoch: $0.leaseEpoch, result: nil) })
    }

    /// Rescues as the leader.
    ///
    /// - Returns: how many were taken back, and how many of them given up.
    func rescueLate() async throws -> [Int] {
        let rescued = try await rescue(under: try await lease())
        return [rescued.count, rescued.discarded]
    }

    func pruneAsLeader(completed: Duration, failed: Duration) async throws -> Int {
        try await prune(completed: completed, failed: failed, under: try await lease())
    }

    private func lease() async throws -> Lease {
        let leadership = Leadership(store: store, holder: JobContract.worker(1))
        return try #require(try await leadership.acquire("jobs", for: .seconds(10)))
    }

    func state(_ id: UUIDv7) async throws -> JobState? { try await job(id)?.state }
}

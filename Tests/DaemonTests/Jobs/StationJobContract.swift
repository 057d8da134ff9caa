import Bus
import Domain
import Jobs
import Market
import MarketHistory
import Store
import StorePostgres
import TestKit
import Testing

@testable import Daemon

/// What the station's own jobs have to do on every engine, as checks that an engine's own tests run one by one.
struct StationJobContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    /// Opens a database of its own for each check.
    let open: Open

    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (StationJobContract) async throws -> Void
        var testDescription: String { name }
    }

    static let checks = upkeep + candles + collecting + discovery

    /// Runs a check's body with a station, and closes it.
    ///
    /// - Parameters:
    ///   - settings: more lines of the `[market]` section, and tables of it.
    ///   - addresses: of providers; the others cannot be reached.
    ///   - now: what time it is.
    ///   - body: the check.
    /// - Throws: what `body` throws.
    func with(
        _ settings: String,
        _ addresses: [String: String] = [:],
        now: @escaping @Sendable () -> Timestamp = { .now },
        _ body: (JobBench) async throws -> Void
    ) async throws {
        let config = try MarketBench(settings).loaded(addresses)
        let store = try await open(try EventBus(types: EventCatalogue.all, now: now), now)
        let bench = try StationBench(store, config, now: now)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(JobBench(bench)))
        } catch {
            result = .failure(error)
        }
        await bench.close()
        await store.close()
        try result.get()
    }
}

/// The jobs of a station, run one at a time as workers run them.
struct JobBench {
    let bench: StationBench
    private let handlers: [JobHandler]

    init(_ bench: StationBench) {
        self.bench = bench
        handlers =
            MarketJobs(station: bench.station, feed: bench.feed).handlers
            + HistoryUpkeep(station: bench.station).handlers
            + TranscriptUpkeep(station: bench.station).handlers
            + ProviderDiscovery(station: bench.station, feed: bench.feed).handlers
    }

    var records: MarketRecords { bench.station.records }

    /// Enqueues a job, claims it, runs it, and records that it is done.
    func run(_ kind: String, payload: String = "{}") async throws -> JobOutcome {
        let handler = try #require(handlers.first { $0.kind == kind })
        let queue = JobQueue(store: bench.station.store)
        _ = try await queue.enqueue(JobRequest(queue: handler.queue, kind: kind, payload: payload))
        let worker = UUIDv7(high: 7, low: 1)
        let claimed = try await queue.claim(handler.queue, limit: 1, lease: .seconds(60), worker: worker)
        let job = try #require(claimed.first)
        let outcome = try await handler.run(job.payload, JobContext(job))
        if case .completed(let result) = outcome {
            let done = JobQueue.Completion(id: job.id, epoch: job.leaseEpoch, result: result)
            #expect(try await queue.complete([done]) == [job.id])
        }
        return outcome
    }

    /// Why a job fails; `nil` when it does not.
    func failure(_ kind: String, payload: String = "{}") async -> (any Error)? {
        do {
            _ = try await run(kind, payload: payload)
            return nil
        } catch {
            return error
        }
    }

    /// Rows of a table.
    func count(_ table: String) async throws -> Int {
        let rows = try await bench.station.store.query(SQL(stringLiteral: "SELECT count(*) FROM \(table)"))
        return try #require(rows.first?.first?.int)
    }
}

extension JobOutcome {
    /// Done, with this to say.
    static func said(_ result: String) -> JobOutcome { .completed(result: result) }
}

@Suite(.timeLimit(.minutes(1)))
struct SQLiteStationJobTests {
    @Test(arguments: StationJobContract.checks)
    func `SQLite keeps the contract of the station's jobs`(check: StationJobContract.Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run(
            StationJobContract { bus, now in
                var database = SQLiteConfig(path: folder.path("store.db"))
                // A crash of the machine is not what is tested here.
                database.synchronous = .normal
                return try await SQLiteStore.open(database, bus: bus, now: now)
            }
        )
    }
}

@Suite(.serialized, .timeLimit(.minutes(1)), .enabled(if: PostgresCluster.isInstalled, "PostgreSQL is not installed"))
struct PostgresStationJobTests {
    @Test(arguments: StationJobContract.checks)
    func `PostgreSQL keeps the contract of the station's jobs`(check: StationJobContract.Check) async throws {
        let database = try await PostgresCluster.shared.get().makeDatabase()
        try await check.run(
            StationJobContract { bus, now in try await PostgresStore.open(database, bus: bus, now: now) }
        )
    }
}

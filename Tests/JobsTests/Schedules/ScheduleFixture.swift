import Bus
import Domain
import Jobs
import Store
import TestKit

/// A SQLite store whose clock the test sets; closed by its owner, gone with it.
final class ScheduleFixture: Sendable {
    let time = ManualTime(ScheduleContract.start)
    let clock = ManualClock()
    let store: SQLiteStore
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        var config = SQLiteConfig(path: folder.path("store.db"))
        config.synchronous = .normal
        store = try await SQLiteStore.open(
            config,
            bus: EventBus(types: EventCatalogue.all),
            now: { [time] in time.now }
        )
    }

    /// Moves the database's clock and the one that measures waits.
    func advance(by duration: Duration) {
        time.advance(by: duration)
        clock.advance(by: duration)
    }
}

/// What was reported, in order, for one test to wait for.
struct Reports<Report: Sendable>: Sendable {
    private let continuation: AsyncStream<Report>.Continuation
    private let stream: AsyncStream<Report>

    init() { (stream, continuation) = AsyncStream.makeStream(of: Report.self) }

    func add(_ report: Report) { continuation.yield(report) }

    /// The next one; `nil` when the test is cancelled.
    func next() async -> Report? {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next()
    }
}

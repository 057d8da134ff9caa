import Bus
import Threading

/// What the tasks of one runner share.
final class JobRunnerParts: Sendable {
    let queue: JobQueue
    let handlers: [String: JobHandler]
    let settings: JobRunnerSettings
    /// This process's own id, new at each start; never a host's name.
    let worker: UUIDv7
    let probe: JobProbe
    let report: @Sendable (JobReport) -> Void
    private let clock: AnyClock
    private let look = Mutex(false)

    init(
        queue: JobQueue,
        handlers: [JobHandler],
        settings: JobRunnerSettings,
        worker: UUIDv7,
        clock: any Clock<Duration>,
        probe: JobProbe,
        report: @escaping @Sendable (JobReport) -> Void
    ) {
        self.queue = queue
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.settings = settings
        self.worker = worker
        self.probe = probe
        self.report = report
        self.clock = AnyClock(clock)
    }

    /// The time since the runner was made.
    var elapsed: Duration { clock.elapsed }

    /// Returns early when the task is cancelled.
    func sleep(_ duration: Duration) async { await clock.sleep(duration) }

    /// The wait after so many failures of the store in a row: 0.1 s, doubled up to 5 s.
    func pause(afterFailures count: Int) async {
        let seconds = min(5, 0.1 * Double(1 << min(count - 1, 6)))
        await sleep(.seconds(seconds * .random(in: 0.8...1.2)))
    }

    /// Asks for a look at the database before the next heartbeat is due, as after a request to cancel.
    func wantLook() { look.withLock { $0 = true } }

    func isLookWanted() -> Bool {
        look.withLock { look in
            defer { look = false }
            return look
        }
    }
}

/// A clock without its type: how much time has passed, and waiting.
private struct AnyClock: Sendable {
    private let reading: @Sendable () -> Duration
    private let sleeping: @Sendable (Duration) async throws -> Void

    init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        reading = { start.duration(to: clock.now) }
        sleeping = { try await clock.sleep(for: $0) }
    }

    var elapsed: Duration { reading() }

    func sleep(_ duration: Duration) async {
        do {
            try await sleeping(duration)
        } catch {
            // A clock's sleep fails for one reason only: the task was cancelled, which the caller looks at itself.
        }
    }
}

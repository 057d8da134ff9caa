package import Bus
import Store

/// Keeps the queues moving: makes due what is due, takes back what was left behind, removes what is old.
///
/// Every daemon may run one on the same database. What is due is made available by whoever comes first; the rest is done
/// by the one that leads.
package struct JobKeeper: Sendable {
    /// How long things are kept, and how often they are looked at.
    package struct Settings: Hashable, Sendable {
        package var completedKept: Duration = .seconds(86_400)
        package var failedKept: Duration = .seconds(7 * 86_400)
        package var rescueInterval: Duration = .seconds(2)
        package var pruneInterval: Duration = .seconds(30)
        /// The longest that a job may be late of which no notice told.
        package var stageIntervalMax: Duration = .seconds(1)
        /// How long a leader that stopped answering leads on.
        package var leadership: Duration = .seconds(6)

        package init() {}
    }

    /// What the keeper tells.
    package enum Report: Hashable, Sendable {
        case staged(Int)
        case leads(term: Int64)
        case follows
        case rescued(Int, discarded: Int)
        case pruned(Int)
        case failed(what: String, error: String)
    }

    private let queue: JobQueue
    private let leadership: Leadership
    private let settings: Settings
    private let clock: any Clock<Duration>
    private let report: @Sendable (Report) -> Void

    /// - Parameters:
    ///   - queue: the jobs.
    ///   - worker: this process's own id, under which it may lead.
    ///   - settings: all times.
    ///   - clock: measures the pauses.
    ///   - report: told of what was done.
    package init(
        queue: JobQueue,
        worker: UUIDv7 = Leadership.freshHolder(),
        settings: Settings = Settings(),
        clock: any Clock<Duration> = ContinuousClock(),
        report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        self.queue = queue
        leadership = Leadership(store: queue.store, holder: worker)
        self.settings = settings
        self.clock = clock
        self.report = report
    }

    /// Makes due what is due until the task is cancelled.
    package func runStaging() async {
        while !Task.isCancelled {
            // Before looking, so that no notice falls between. Anew each time: a stream whose reader was cancelled has
            // ended for good.
            let notices = queue.store.notices()
            let wait = min(await stageAll(), settings.stageIntervalMax)
            await withTaskGroup(of: Bool.self) { race in
                // The time against news.
                race.addTask {
                    await pause(wait)
                    return true
                }
                race.addTask {
                    await notices.contains { $0 == JobNotice.due || $0 == JobNotice.everything }
                }
                // A stream that ends tells nothing.
                for await isOver in race where isOver { break }
                race.cancelAll()
            }
        }
    }

    /// - Returns: how long to wait before looking again.
    private func stageAll() async -> Duration {
        do throws(StoreError) {
            // Reading first: most of the time nothing is due, and reading waits for no writer.
            let lateness: Duration = .milliseconds(250)
            guard let due = try await queue.nextDue(since: lateness) else { return settings.stageIntervalMax }
            if due > .zero { return due }
            var total = 0
            while true {
                let count = try await queue.stage()
                total += count
                if count < 500 { break }
            }
            if total > 0 { report(.staged(total)) }
            try await queue.announceReadyRates()
            let next = try await queue.nextDue() ?? settings.stageIntervalMax
            // What is still due is locked by another keeper just now.
            return next > .zero ? next : .milliseconds(50)
        } catch {
            if error.code != .cancelled { report(.failed(what: "staging", error: "\(error)")) }
            return settings.stageIntervalMax
        }
    }

    /// Takes back what was left behind and removes what is old, while this daemon leads; until the task is cancelled.
    ///
    /// - Throws: `StoreError` when the store has been closed.
    package func runKeeping() async throws {
        let loop = LeaderLoop(leadership, JobKeeper.leadership, length: settings.leadership, clock: clock) { event in
            switch event {
            case .elected(let lease): report(.leads(term: lease.term))
            case .failed(let error): report(.failed(what: "leadership", error: "\(error)"))
            case .lost, .released: report(.follows)
            }
        }
        try await loop.run { lease in await keep(under: lease) }
    }

    /// What its leader is called.
    package static let leadership = "jobs"

    private func keep(under lease: Lease) async {
        var untilPrune = Duration.zero
        while !Task.isCancelled {
            do throws(StoreError) {
                let rescued = try await queue.rescue(under: lease)
                if rescued.count > 0 { report(.rescued(rescued.count, discarded: rescued.discarded)) }
                if untilPrune <= .zero {
                    try await prune(under: lease)
                    untilPrune = settings.pruneInterval
                }
            } catch {
                if error.code != .cancelled { report(.failed(what: "keeping", error: "\(error)")) }
            }
            await pause(settings.rescueInterval)
            untilPrune -= settings.rescueInterval
        }
    }

    private func prune(under lease: Lease) async throws(StoreError) {
        var total = 0
        while !Task.isCancelled {
            let count = try await queue.prune(
                completed: settings.completedKept,
                failed: settings.failedKept,
                under: lease
            )
            total += count
            if count < 1000 { break }
        }
        if total > 0 { report(.pruned(total)) }
    }

    private func pause(_ duration: Duration) async {
        do {
            try await clock.sleep(for: duration)
        } catch {
            // Only a cancelled task wakes early, and its loop looks at that itself.
        }
    }
}

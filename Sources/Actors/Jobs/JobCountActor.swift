package import Bus
import Domain
package import Jobs
import Store

/// Tells how many jobs of each queue wait and run: as events when a number has changed, and to the metrics.
package struct JobCountActor: SupervisedActor {
    package let name: ActorName
    private let context: ActorContext
    private let queue: JobQueue
    private let bus: EventBus
    private let interval: Duration
    private let clock: any Clock<Duration>
    private let onCounts: @Sendable ([QueueCounts]) -> Void

    /// - Parameters:
    ///   - context: this life.
    ///   - queue: the jobs.
    ///   - bus: where changes are published.
    ///   - interval: the pause between two counts.
    ///   - clock: measures the pause.
    ///   - onCounts: told of every count.
    package init(
        _ context: ActorContext,
        queue: JobQueue,
        bus: EventBus,
        every interval: Duration = .seconds(2),
        clock: any Clock<Duration> = ContinuousClock(),
        onCounts: @escaping @Sendable ([QueueCounts]) -> Void
    ) {
        name = context.name
        self.context = context
        self.queue = queue
        self.bus = bus
        self.interval = interval
        self.clock = clock
        self.onCounts = onCounts
    }

    package func run() async throws {
        context.ready()
        var told: [String: QueueCounts] = [:]
        while !Task.isCancelled {
            if let counts = try await count() {
                onCounts(counts)
                for change in JobCountActor.changes(from: told, to: counts) {
                    try bus.publish(JobQueueCounted(change), from: name)
                }
                told = Dictionary(counts.map { ($0.queue, $0) }, uniquingKeysWith: { _, last in last })
            }
            do {
                try await clock.sleep(for: interval)
            } catch {
                return
            }
        }
    }

    /// - Returns: `nil` when the database does not answer now: what cannot be counted now is counted next time.
    /// - Throws: `StoreError` when trying again would not help.
    private func count() async throws(StoreError) -> [QueueCounts]? {
        do {
            return try await queue.counts()
        } catch {
            if error.disposition == .fail { throw error }
            return nil
        }
    }

    /// The counts that differ from those told, and an empty one for each queue that has nothing left.
    static func changes(from told: [String: QueueCounts], to counts: [QueueCounts]) -> [QueueCounts] {
        let present = Set(counts.map(\.queue))
        let gone = told.keys.filter { !present.contains($0) }.sorted().map { QueueCounts(queue: $0) }
        return counts.filter { told[$0.queue] != $0 } + gone
    }
}

extension JobQueueCounted {
    fileprivate init(_ counts: QueueCounts) {
        self.init(
            queue: counts.queue,
            scheduled: counts.scheduled,
            available: counts.available,
            running: counts.running,
            retryable: counts.retryable,
            discarded: counts.discarded,
            isPaused: counts.pausedAt != nil
        )
    }
}

import Actors
import Bus
import Logging
import Store
import Telemetry

/// Keeps the event log within its limits of age and size.
///
/// It removes a little at a time, so that writers never wait long, and looks again now and then.
struct StoreKeeper: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let station: Station
    private let interval: Duration
    private let logger = Logger(label: "store")

    init(_ context: ActorContext, station: Station, every interval: Duration = .seconds(60)) {
        name = context.name
        self.context = context
        self.station = station
        self.interval = interval
    }

    func run() async throws {
        context.ready()
        while !Task.isCancelled {
            try await prune()
            context.progress()
            do {
                try await ContinuousClock().sleep(for: interval)
            } catch {
                return
            }
        }
    }

    private func prune() async throws {
        let settings = station.settings.current.configuration.store
        let policy = RetentionPolicy(
            ageMax: .seconds(settings.retentionDays * 86_400),
            sizeBytesMax: UInt64(settings.retentionSizeMb) << 20
        )
        var removed = 0
        while !Task.isCancelled {
            let report = try await station.store.prune(policy, at: station.now())
            removed += report.removed
            context.progress()
            guard report.hasMore else { break }
        }
        guard removed > 0 else { return }
        station.instruments.metrics.counter(.storeRemovedEvents).increment(by: removed)
        logger.info("old events removed", metadata: [LogKey.count: "\(removed)"])
    }
}

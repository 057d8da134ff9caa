import Actors
import Bus
import Logging
import Store
import Telemetry

/// Keeps the event log within its limits of age and size, as they are at the moment.
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
        try await station.store.keepPruned(
            to: { RetentionPolicy(station.settings.current.configuration.store) },
            every: interval,
            now: station.now,
            onRemoved: { count in
                station.instruments.metrics.counter(.storeRemovedEvents).increment(by: count)
                logger.info("old events removed", metadata: [LogKey.count: "\(count)"])
            }
        )
    }
}

extension RetentionPolicy {
    init(_ settings: StoreConfig) {
        self.init(
            ageMax: .seconds(settings.retentionDays * 86_400),
            sizeBytesMax: UInt64(settings.retentionSizeMb) << 20
        )
    }
}

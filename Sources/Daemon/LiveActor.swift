import API
import Actors
import Bus

/// One life of the live updates, under supervision; the clients belong to the hub, which outlives it.
///
/// It stops before the listener, so that the clients hear a goodbye while there still are connections.
struct LiveActor: SupervisedActor {
    let name: ActorName
    private let context: ActorContext
    private let hub: LiveHub

    init(_ context: ActorContext, hub: LiveHub) {
        name = context.name
        self.context = context
        self.hub = hub
    }

    func run() async throws {
        try await hub.run { [context] in context.ready() }
    }
}

extension LiveSettings {
    init(_ config: HTTPConfig) {
        self.init()
        connectionsMax = config.liveConnectionsMax
        connectionsPerAddressMax = config.liveConnectionsPerAddressMax
        let repeats = config.liveRepeats
        repeatSeconds = [
            .market: repeats.marketSeconds, .whales: repeats.whalesSeconds, .pools: repeats.poolsSeconds,
            .health: repeats.healthSeconds, .news: repeats.newsSeconds, .prices: repeats.pricesSeconds,
            .sentiment: repeats.sentimentSeconds,
        ]
    }
}

package import Bus
import Domain

/// Keeps the briefing: whatever is measured or said goes in, from the bus.
package actor BriefingKeeper: SupervisedActor {
    package nonisolated let name: ActorName
    private let context: ActorContext
    private let room: BriefingRoom
    private let bus: EventBus
    private let recentNews: @Sendable () async throws -> [Headline]

    /// - Parameters:
    ///   - context: of this incarnation.
    ///   - bus: where it hears of things.
    ///   - room: what it fills.
    ///   - recentNews: the newest that is stored: events tell only what comes from now on.
    package init(
        context: ActorContext,
        bus: EventBus,
        room: BriefingRoom,
        recentNews: @escaping @Sendable () async throws -> [Headline] = { [] }
    ) {
        name = context.name
        self.context = context
        self.bus = bus
        self.room = room
        self.recentNews = recentNews
    }

    package func run() async throws {
        let prices = try bus.subscribe(to: PriceTicked.self, as: name, startingWithLatest: true)
        let candles = try bus.subscribe(to: CandleClosed.self, as: name)
        let sources = try bus.subscribe(to: MarketSourceChanged.self, as: name, startingWithLatest: true)
        let trends = try bus.subscribe(to: TrendListUpdated.self, as: name, startingWithLatest: true)
        let moods = try bus.subscribe(to: SentimentIndexChanged.self, as: name, startingWithLatest: true)
        let news = try bus.subscribe(to: NewsItemPublished.self, as: name)
        for headline in try await recentNews() { room.change { $0.note(headline) } }
        context.ready()
        await withTaskGroup { [room] group in
            // A child for each stream: nothing is told of the order between them, and none waits for another.
            group.addTask { for await price in prices { room.change { $0.note(price) } } }
            group.addTask { for await candle in candles { room.change { $0.note(candle.payload) } } }
            group.addTask { for await source in sources { room.change { $0.note(source.payload) } } }
            group.addTask { for await list in trends { room.change { $0.note(list) } } }
            group.addTask { for await mood in moods { room.change { $0.note(mood) } } }
            group.addTask { for await item in news { room.change { $0.note(Headline(item)) } } }
        }
    }
}

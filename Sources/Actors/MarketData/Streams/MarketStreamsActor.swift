package import Bus
import Domain
package import Logging
package import Market

/// Follows the live streams of exchanges, each for itself, and brings their prices and candles to the market's board.
///
/// A stream that cannot be had is no failure of this actor: it says so once, and tries again, less and less often. What
/// streams do not tell, `MarketDataActor` asks for.
package actor MarketStreamsActor: SupervisedActor {
    /// What the actor works with; all of it outlives a restart.
    package struct Parts: Sendable {
        package var bus: EventBus
        package var board: MarketBoard
        package var streams: StreamBoard
        package var transport: any StreamTransport
        package var settings: @Sendable () -> MarketStreamsSettings
        package var stopwatch: Stopwatch
        package var now: @Sendable () -> Timestamp
        /// Where the scatter of pauses comes from.
        package var seed: UInt64
        package var logger: Logger

        package init(
            bus: EventBus,
            board: MarketBoard,
            streams: StreamBoard,
            transport: any StreamTransport,
            settings: @escaping @Sendable () -> MarketStreamsSettings,
            stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
            now: @escaping @Sendable () -> Timestamp = { .now },
            seed: UInt64 = .random(in: .min ... .max),
            logger: Logger
        ) {
            self.bus = bus
            self.board = board
            self.streams = streams
            self.transport = transport
            self.settings = settings
            self.stopwatch = stopwatch
            self.now = now
            self.seed = seed
            self.logger = logger
        }
    }

    package nonisolated let name: ActorName
    private let context: ActorContext
    private let parts: Parts

    package init(context: ActorContext, parts: Parts) {
        name = context.name
        self.context = context
        self.parts = parts
    }

    package func run() async throws {
        // The station is up without streams too.
        context.ready()
        do {
            while true { try await follow(parts.settings()) }
        } catch is CancellationError {
            return
        }
    }

    /// How often time is looked at, and whether the settings have changed.
    private static let lookEvery: Duration = .seconds(1)
    /// The same while there is nothing to look at.
    private static let restEvery: Duration = .seconds(5)

    /// Follows what the settings name, until they name something else.
    private func follow(_ settings: MarketStreamsSettings) async throws {
        parts.streams.follow(settings.exchanges.map(\.name), at: parts.now())
        let feeds = settings.exchanges.enumerated().compactMap { place, exchange in
            exchange.grammar.map { grammar in
                StreamFeed(
                    exchange,
                    grammar: grammar,
                    settings: settings,
                    parts: parts,
                    incarnation: context.incarnation,
                    seed: parts.seed &+ UInt64(place)
                )
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Each exchange for itself: one that is away keeps no other waiting.
            for feed in feeds { group.addTask { try await feed.run() } }
            defer { group.cancelAll() }
            // Time, for all of them.
            group.addTask { try await self.watch(feeds, settings) }
            // The first that ends is the watch, or a feed that has failed.
            try await group.next()
        }
    }

    /// - Returns: when the settings have changed.
    private func watch(_ feeds: [StreamFeed], _ settings: MarketStreamsSettings) async throws {
        while parts.settings() == settings {
            try await parts.stopwatch.sleep(for: feeds.isEmpty ? Self.restEvery : Self.lookEvery)
            for feed in feeds { feed.look() }
            context.progress()
        }
    }
}

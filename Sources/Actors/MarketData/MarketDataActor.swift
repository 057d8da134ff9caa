package import Bus
import Domain
package import Logging
package import Market
import MarketHistory

/// Brings prices and candles onto the bus: from the providers, or from a candle file.
///
/// A network that is down is no failure of this actor: it says so once, and goes on asking, less and less often.
package actor MarketDataActor: SupervisedActor {
    /// Where the prices come from.
    package enum Feed: Sendable {
        /// The closure is asked before each round, so that a reload can put another chain in place.
        case live(@Sendable () -> MarketSource)
        case replay(ReplayFeed)
    }

    /// What the actor works with; all of it outlives a restart.
    package struct Parts: Sendable {
        package var bus: EventBus
        package var feed: Feed
        package var board: MarketBoard
        /// Where closed candles are kept before they are told; without it nothing is kept.
        package var history: (any CandleKeeping)?
        package var settings: @Sendable () -> MarketDataSettings
        package var stopwatch: Stopwatch
        package var now: @Sendable () -> Timestamp
        package var logger: Logger

        package init(
            bus: EventBus,
            feed: Feed,
            board: MarketBoard,
            history: (any CandleKeeping)? = nil,
            settings: @escaping @Sendable () -> MarketDataSettings,
            stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
            now: @escaping @Sendable () -> Timestamp = { .now },
            logger: Logger
        ) {
            self.bus = bus
            self.feed = feed
            self.board = board
            self.history = history
            self.settings = settings
            self.stopwatch = stopwatch
            self.now = now
            self.logger = logger
        }
    }

    package nonisolated let name: ActorName
    let context: ActorContext
    let parts: Parts
    private let publisher: Publisher
    /// Whether the store has failed and has not been seen to work since.
    var isStoreFailing = false
    /// When those are asked for again of which nobody had any.
    var nextTries: [CandleTrack: Duration] = [:]

    package init(context: ActorContext, parts: Parts) {
        name = context.name
        self.context = context
        self.parts = parts
        publisher = Publisher(bus: parts.bus, incarnation: context.incarnation)
    }

    package func run() async throws {
        // The station is up without prices too, so its start never waits for the network.
        context.ready()
        do {
            switch parts.feed {
            case .live(let source): try await follow(source)
            case .replay(let feed): try await play(feed)
            }
        } catch is CancellationError {
            return
        }
    }

    // MARK: The providers

    private func follow(_ source: @Sendable () -> MarketSource) async throws {
        while !Task.isCancelled {
            let begin = parts.stopwatch.elapsed
            let settings = parts.settings()
            let wait = try await askPrices(source(), settings)
            context.progress()
            try await askCandles(source(), settings)
            context.progress()
            try await pause(until: begin + max(settings.pollEvery, wait))
        }
    }

    /// The longest pause between two rounds, however long the providers want to be left alone.
    ///
    /// Asking the chain costs nothing while it skips them all, and notices a reload.
    private static let pauseMax: Duration = .seconds(30)

    /// - Returns: how long asking again is pointless.
    private func askPrices(_ source: MarketSource, _ settings: MarketDataSettings) async throws -> Duration {
        let asked = parts.now()
        let pairs = parts.board.update { desk in
            desk.keepOnly(settings.pairs)
            return desk.pairsToPoll(of: settings.pairs, at: asked)
        }
        guard !pairs.isEmpty else { return .zero }
        do {
            let answer = try await source.quotes(of: pairs)
            let ticks = answer.value.map { $0.event(source: answer.source) }
            let now = parts.now()
            try context.incarnation.check()
            let (changed, news) = parts.board.update {
                $0.polled(ticks, from: answer.source, because: answer.reason, at: now)
            }
            try announce(changed)
            try publisher.publish(contentsOf: news)
            return .zero
        } catch let error as NoSourceError {
            try Task.checkCancellation()
            // A reload has shut the old chain down; the next round asks the new one.
            guard !error.wasCancelled else { return .zero }
            try context.incarnation.check()
            let now = parts.now()
            try announce(parts.board.update { $0.pollFailed(because: error.description, at: now) })
            return min(error.retryAfter ?? .zero, MarketDataActor.pauseMax)
        }
    }

    // MARK: The candle file

    private func play(_ feed: ReplayFeed) async throws {
        let source = feed.track.source
        let began = parts.now()
        try announce(
            parts.board.update { $0.served(by: source, because: "recorded candles are played", at: began) }
        )
        while let moment = feed.nextMoment(elapsed: parts.stopwatch.elapsed) {
            if moment > parts.stopwatch.elapsed { try await pause(until: moment) }
            try Task.checkCancellation()
            try context.incarnation.check()
            guard let series = feed.take() else { break }
            let ticks = series.candles.map(feed.tick)
            let now = parts.now()
            let (candles, news) = parts.board.update { desk in
                (desk.news(in: series, source: source), desk.news(in: ticks, receivedAt: now))
            }
            try publish(candles)
            try publisher.publish(contentsOf: news)
            context.progress()
            // At full speed nothing else here gives way.
            await Task.yield()
        }
        let ended = parts.now()
        try announce(parts.board.update { $0.unserved(because: "the candle file has ended", at: ended) })
        while true { try await pause(until: parts.stopwatch.elapsed + .seconds(3600)) }
    }

    // MARK: Small steps

    func publish(_ news: [CandleNews]) throws {
        for item in news {
            switch item {
            case .closed(let candle): try publisher.publish(candle)
            case .gap(let gap): try publisher.publish(gap)
            }
        }
    }

    private func announce(_ changed: MarketSourceChanged?) throws {
        guard let changed else { return }
        let metadata: Logger.Metadata = [
            "provider": "\(changed.source ?? "none")", "reason": "\(changed.reason)",
        ]
        if changed.source == nil {
            parts.logger.warning("no market source", metadata: metadata)
        } else {
            parts.logger.notice("market source changed", metadata: metadata)
        }
        try publisher.publish(changed)
    }

    /// How long the actor is silent at most, so that its supervisor sees that it lives.
    private static let silenceMax: Duration = .seconds(5)

    /// - Throws: `CancellationError` when the actor is to stop.
    private func pause(until moment: Duration) async throws {
        while parts.stopwatch.elapsed < moment {
            try await parts.stopwatch.sleep(until: min(moment, parts.stopwatch.elapsed + MarketDataActor.silenceMax))
            context.progress()
        }
        try Task.checkCancellation()
    }
}

extension Sourced {
    /// Why this source serves and not another, in words.
    fileprivate var reason: String {
        guard isFallback else { return "\(source) answers" }
        return passedOver.map { "\($0.provider) \($0.error)" }.joined(separator: ", ")
    }
}

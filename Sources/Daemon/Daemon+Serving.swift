import Actors
import Bus
import Credits
import Jobs
import Logging
import Market
import Sentiment
import Store
import Telemetry

extension Daemon {
    /// Makes the parts that everything else stands on, and sees them through to the end.
    ///
    /// - Returns: how the process should end.
    /// - Throws: what making a part throws.
    func serve(_ store: any Storage, after crashed: UncleanExitMarker.Run?) async throws -> ExitCode {
        let (stops, stopper) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(4))
        let (readiness, ready) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let settings = SettingsControl(config, request: request)
        let (configuration, metrics) = (config.configuration, instruments.metrics)
        let (environment, redactor) = (request.environment, instruments.redactor)
        let feed = try await offPool { [config] in
            Result { try MarketFeed(config, environment: environment, redactor: redactor, metrics: metrics) }
        }.get()
        let station = Station(
            settings: settings,
            instruments: instruments,
            bus: store.bus,
            store: store,
            board: feed.board,
            now: { .now },
            stops: stopper
        )
        settings.report(
            to: store,
            by: station.author,
            metrics: instruments.metrics,
            notifier: notifier,
            now: station.now
        )
        settings.add(LogLevelPart(levels: instruments.levels).part)
        settings.add(EdgeKeysPart(station: station).part)
        settings.add(MarketPart(feed: feed).part)
        let pools = PoolDesk(feed: feed, store: store, author: station.author, now: station.now)
        let discovery = DiscoveryDesk(
            feed: feed,
            pools: pools,
            store: store,
            author: station.author,
            isProduction: { settings.current.configuration.station.production },
            now: station.now
        )
        try await discovery.refresh()
        let counts = MarketCounts(feed: feed, store: store)
        try await counts.restore()
        try await station.mute.restore()
        try await station.offAir.restore()
        try await recoverJobs(store)
        let reporting = SupervisionReporting(
            bus: store.bus,
            metrics: instruments.metrics,
            root: SupervisionTree.root,
            onRootReady: { ready.yield() }
        )
        let chains = try await offPool { [config, instruments] in
            Result { try ChainDesk(config, environment: environment, instruments: instruments) }
        }.get()
        let identity = try await StationIdentity(
            config,
            environment: request.environment,
            redactor: instruments.redactor,
            store: store,
            wallets: chains.wallets,
            now: station.now
        )
        identity.bind(metrics)
        let credits = CreditDesk(
            store: station.store,
            settings: CreditSettings(configuration.credits),
            onFinding: { metrics.counter(.creditsFindings, $0.word).increment() },
            now: station.now
        )
        settings.add(CreditsPart(desk: credits).part)
        let tariff = ModelTariff(credits: credits, metrics: metrics)
        let prices = try await tariff.prices(of: configuration)
        let models = try await offPool { [config] in
            Result {
                try ModelDesk(
                    config,
                    environment: environment,
                    redactor: redactor,
                    metrics: metrics,
                    bus: store.bus,
                    credits: credits,
                    tariff: tariff,
                    prices: prices,
                    now: station.now
                )
            }
        }.get()
        let news = try await offPool { [config] in
            Result {
                NewsDesk(
                    station,
                    sentiment: try SentimentDesk(
                        station,
                        models: models,
                        market: { feed.liveSource },
                        config,
                        environment: environment,
                        redactor: redactor
                    )
                )
            }
        }.get()
        let onAir = try await OnAirDesk.make(station, config, environment: environment, redactor: redactor)
        let governance = try await offPool { [config] in
            Result {
                try GovernanceStation(
                    station,
                    chains: chains,
                    config,
                    environment: environment,
                    redactor: redactor
                )
            }
        }.get()
        let oracle = try await offPool { [config, instruments] in
            Result {
                try OracleStation(
                    station,
                    chains: chains,
                    models: models,
                    config,
                    environment: environment,
                    instruments: instruments
                )
            }
        }.get()
        settings.add(oracle.part)
        let films = FilmStation(station, voices: onAir.voices, layout: config.layout)
        let plan = try plan(
            station,
            feed,
            pools,
            discovery,
            counts,
            identity,
            credits,
            models,
            news,
            onAir,
            governance,
            oracle,
            films
        )
        station.watchHealth { [board = plan.healthBoard] in board.snapshot(at: .now) }
        let tree = try Supervisor(plan.spec, observer: { reporting.observe($0) })
        station.adopt(tree)
        MetricsBinding(station: station, feed: feed).bind()
        let signals = try ProcessSignals { request in
            switch request {
            case .stop: stopper.yield(Self.signalled)
            case .reload: stopper.yield(Self.reloadRequested)
            }
        }
        defer { withExtendedLifetime(signals) {} }
        let life = StationLife(
            station: station,
            notifier: notifier,
            environment: request.environment,
            started: started,
            crashed: crashed,
            readiness: readiness,
            stops: stops
        )
        await governance.recover()
        await FilmUpkeep(films: films).recover()
        let code = try await life.run()
        do throws(StoreError) {
            try await counts.save()
        } catch {
            logger.warning("what providers were asked is not stored", metadata: [LogKey.error: "\(error)"])
        }
        await feed.close()
        await chains.close()
        await oracle.close()
        await news.sentiment.transport.close()
        await onAir.close()
        await models.close()
        return code
    }

    static let signalled = "signal"
    static let reloadRequested = "reload"

    /// Takes back at once what the last run left behind, where nobody else can be at work on it.
    ///
    /// SQLite's file is ours alone; on a shared database the leases tell.
    private func recoverJobs(_ store: any Storage) async throws {
        guard store.dialect == .sqlite else { return }
        let rescued = try await JobQueue(store: store).rescueAll()
        guard rescued.count > 0 else { return }
        logger.notice("jobs of the last run taken back", metadata: [LogKey.count: "\(rescued.count)"])
    }
}

import API
import Actors
import Bus
import BusZeroMQ
import Credits
import Domain
import Glibc
import Jobs
import LLM
import Logging
import Market
import Sentiment
import ServiceLifecycle
import Store
import StorePostgres
import Telemetry
import Threading

/// The composition root: makes every part of the daemon, joins them, and sees them through to the end.
///
/// Its normal start is also its recovery: nothing here asks whether the last run ended well, except to tell.
struct Daemon {
    private let config: LoadedConfig
    private let request: ConfigRequest
    private let instruments: Instruments
    private let notifier: SystemdNotifier
    private let started = ContinuousClock.now
    private let logger = Logger(label: "daemon")

    // MARK: Start

    /// Runs the daemon from its configuration to its end.
    ///
    /// - Returns: how the process should end.
    static func run(_ request: ConfigRequest) async -> ExitCode {
        let report = ConfigLoader(request).load()
        for problem in report.problems { complain("\(problem)") }
        guard let config = report.usable else { return .config }
        do {
            try StationFolders(config.layout).make()
            let redactor = Redactor()
            let instruments = try Instruments.bootstrap(
                LogSettings(config.configuration.log),
                environment: request.environment,
                redactor: redactor
            )
            let daemon = Daemon(
                config: config,
                request: request,
                instruments: instruments,
                notifier: try SystemdNotifier(environment: request.environment)
            )
            let code = await daemon.live()
            _ = instruments.logs.close(within: .seconds(2))
            return code
        } catch let error as FolderError {
            complain("\(error)")
            return .cannotCreate
        } catch {
            complain("\(error)")
            return .osError
        }
    }

    /// For what goes wrong before there are logs.
    private static func complain(_ text: String) {
        let line = Array("cryptocalld: \(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private init(
        config: LoadedConfig,
        request: ConfigRequest,
        instruments: Instruments,
        notifier: SystemdNotifier
    ) {
        self.config = config
        self.request = request
        self.instruments = instruments
        self.notifier = notifier
    }

    private func live() async -> ExitCode {
        logger.log(.starting)
        let (config, environment) = (config, request.environment)
        for problem in await offPool({ EnvironmentChecks(environment: environment).credentialProblems(in: config) })
        where problem.severity == .warning {
            logger.warning("a setting needs attention", metadata: [LogKey.reason: "\(problem)"])
        }
        do {
            let store = try await openStore()
            // Only the daemon that holds the store may say that it runs.
            let marker = UncleanExitMarker(stateFolder: config.layout.stateDirectory)
            let crashed = try marker.begin(
                .current(environment: request.environment, startedAtSeconds: Timestamp.now.milliseconds / 1000)
            )
            let code = try await serve(store, after: crashed)
            await store.close()
            if code == .ok { try marker.end() }
            return code
        } catch {
            let failure = DatabaseFailure(error)
            logger.critical("the station cannot start", metadata: [LogKey.error: "\(failure)"])
            tell(.status("cannot start: \(failure)"))
            return failure.code
        }
    }

    private func openStore() async throws -> any Storage {
        let bus = try EventBus(
            types: EventCatalogue.all,
            mailboxLimit: config.configuration.bus.mailboxLimit
        )
        let (config, environment) = (config, request.environment)
        let place = try await offPool { Result { try DatabasePlace(config, environment: environment) } }.get()
        let opening = StoreOpening(
            place: place,
            backupFolder: config.backupFolder,
            onProgress: { [notifier] progress in
                // Opening a long log may take a while: systemd is asked for more time as long as it goes on. When it
                // cannot be asked, its own limit holds, which is no worse than not asking.
                _ = try? notifier.send(.extendTimeout(.seconds(30)), .status("starting: \(progress)"))
            }
        )
        return try await opening.open(bus: bus)
    }

    // MARK: Life

    private func serve(_ store: any Storage, after crashed: UncleanExitMarker.Run?) async throws -> ExitCode {
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
        try await pools.refresh()
        let counts = MarketCounts(feed: feed, store: store)
        try await counts.restore()
        try await station.mute.restore()
        try await recoverJobs(store)
        let reporting = SupervisionReporting(
            bus: store.bus,
            metrics: instruments.metrics,
            root: SupervisionTree.root,
            onRootReady: { ready.yield() }
        )
        let identity = try await StationIdentity(
            config,
            environment: request.environment,
            redactor: instruments.redactor,
            store: store,
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
        let plan = try plan(station, feed, pools, counts, identity, credits, models, news)
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
        let code = try await life.run()
        do throws(StoreError) {
            try await counts.save()
        } catch {
            logger.warning("what providers were asked is not stored", metadata: [LogKey.error: "\(error)"])
        }
        await feed.close()
        await news.sentiment.transport.close()
        await models.close()
        return code
    }

    static let signalled = "signal"
    static let reloadRequested = "reload"

    private func plan(
        _ station: Station,
        _ feed: MarketFeed,
        _ pools: PoolDesk,
        _ counts: MarketCounts,
        _ identity: StationIdentity,
        _ credits: CreditDesk,
        _ models: ModelDesk,
        _ news: NewsDesk
    ) throws -> SupervisionTree {
        let configuration = config.configuration
        let witnesses = WitnessFolder(
            path: request.environment["CRYPTOCALL_DRILLS_FOLDER"] ?? "\(config.layout.stateDirectory)/drills"
        )
        let drills = configuration.drills.enabled ? try Drills(station: station, witnesses: witnesses) : nil
        let hooks = try AlertHooks(
            config,
            environment: request.environment,
            redactor: instruments.redactor,
            metrics: instruments.metrics
        )
        let (market, upkeep) = (MarketJobs(station: station, feed: feed), HistoryUpkeep(station: station))
        let jobs = jobDesk(station, handlers: market.handlers + upkeep.handlers + [hooks.handler], drills: drills)
        let inbox = WebhookInbox(store: station.store, author: Incarnation(of: "webhooks"))
        let doors = FrontDoor()
        let watch = CreditWatch(now: station.now)
        instruments.metrics.read(.creditsPausedAccounts) { Double(watch.pausedCount) }
        instruments.metrics.read(.creditsSpentLastHour) { Double(watch.lastHour) }
        let alerts = AlertDesk(
            station,
            hooks: hooks,
            gauges: AlertGauges(
                station: station,
                traffic: doors.traffic,
                queues: { jobs.telemetry.counts },
                providers: { feed.standingsInUse },
                shutProviders: { models.router.shutProviders },
                costs: models.costs,
                credits: watch
            )
        )
        let control = ControlTable(
            station,
            feed: feed,
            pools: pools,
            jobs: jobs,
            inbox: inbox,
            identity: identity,
            credits: credits,
            models: models,
            news: news,
            alerts: alerts,
            drills: drills
        )
        let limits = LimitDesk(station)
        station.settings.add(limits.part)
        let trends = TrendDesk(station, models: models)
        station.settings.add(news.sentiment.part)
        // The last, so that no other part refuses what it has announced of prices.
        station.settings.add(models.part)
        let live = LiveHub(
            LiveHub.Parts(
                log: station.store,
                authenticate: identity.desk.authenticator,
                now: station.now,
                logger: Logger(label: "live")
            ),
            settings: LiveSettings(configuration.http)
        )
        MetricsBinding(station: station, feed: feed).bind(live)
        let webhooks = WebhookRoutes(
            sources: try WebhookSources.read(config, environment: request.environment, redactor: instruments.redactor),
            inbox: inbox,
            now: station.now
        )
        // Under systemd standard output is the journal, which has the log.
        let isJournal = request.environment["JOURNAL_STREAM"] != nil
        return SupervisionTree(
            station: station,
            edgeConfig: try EdgeSettings(config, environment: request.environment, redactor: instruments.redactor)
                .config,
            control: control,
            routes: try RouteTable(
                station,
                control: control,
                jobs: jobs,
                feed: feed,
                pools: pools,
                doors: doors,
                webhooks: webhooks,
                identity: identity,
                credits: credits,
                models: models,
                trends: trends,
                news: news,
                limits: limits,
                alerts: alerts.board,
                live: live,
                environment: request.environment
            ),
            doors: doors,
            authenticate: identity.desk.authenticator,
            limits: limits,
            credits: credits,
            creditWatch: watch,
            models: models,
            trends: trends,
            news: news,
            live: live,
            alerts: alerts,
            feed: feed,
            pools: pools,
            counts: counts,
            jobs: jobs,
            schedules: maintenance.schedules + market.schedules + upkeep.schedules,
            retiredSchedules: maintenance.retiredSchedules,
            lines: isJournal ? nil : try LineWriter(descriptor: STDOUT_FILENO),
            drills: drills
        )
    }

    /// Takes back at once what the last run left behind, where nobody else can be at work on it.
    ///
    /// SQLite's file is ours alone; on a shared database the leases tell.
    private func recoverJobs(_ store: any Storage) async throws {
        guard store.dialect == .sqlite else { return }
        let rescued = try await JobQueue(store: store).rescueAll()
        guard rescued.count > 0 else { return }
        logger.notice("jobs of the last run taken back", metadata: [LogKey.count: "\(rescued.count)"])
    }

    private var maintenance: MaintenanceJobs {
        MaintenanceJobs(config: config, environment: request.environment)
    }

    /// Everything that this daemon can run as a job.
    private func jobDesk(_ station: Station, handlers: [JobHandler], drills: Drills?) -> JobDesk {
        let telemetry = JobTelemetry(metrics: instruments.metrics)
        let desk = JobDesk(
            store: station.store,
            handlers: maintenance.handlers + handlers + (drills?.jobs.handlers ?? []),
            workflows: drills?.jobs.workflows ?? [],
            settings: config.configuration.jobs,
            telemetry: telemetry,
            probes: drills?.jobs.probes ?? JobDesk.Probes()
        )
        instruments.metrics.read(.jobsRunningHere) { Double(desk.runningCount) }
        return desk
    }

    /// Tells systemd; that it cannot be told is no reason to stop.
    private func tell(_ state: SystemdState) {
        do {
            try notifier.send(state)
        } catch {
            logger.warning("systemd could not be told", metadata: [LogKey.error: "\(error)"])
        }
    }
}

extension ExitCode {
    /// What a failed start means to systemd: whether starting again could help.
    init(startFailure error: any Error) {
        switch error {
        case let error as StoreError:
            switch error.code {
            case .schemaTooNew, .schemaChanged: self = .config
            case .locked: self = .tempFail
            case .accessDenied: self = .noPermission
            case .noSuchDatabase, .insecure: self = .unavailable
            default: self = .ioError
            }
        case let failure as DatabaseFailure: self = failure.code
        case is CredentialError: self = .noPermission
        case is SentimentError: self = .config
        case let error as TokenKeyError: self = error.code
        case is SupervisorError: self = .software
        default: self = .software
        }
    }
}

import API
import Actors
import Bus
import Credits
import Glibc
import Jobs
import LLM
import Logging
import Store
import Telemetry

extension Daemon {
    /// Joins the parts: what runs as a job, what is reached from outside, and the tree of those that are at work.
    ///
    /// - Throws: what making a part throws.
    func plan(
        _ station: Station,
        _ feed: MarketFeed,
        _ pools: PoolDesk,
        _ discovery: DiscoveryDesk,
        _ counts: MarketCounts,
        _ identity: StationIdentity,
        _ credits: CreditDesk,
        _ models: ModelDesk,
        _ news: NewsDesk,
        _ onAir: OnAirDesk,
        _ governance: GovernanceStation,
        _ oracle: OracleStation,
        _ films: FilmStation
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
        let transcripts = TranscriptUpkeep(station: station)
        let discoverer = ProviderDiscovery(station: station, feed: feed)
        let jobs = jobDesk(
            station,
            handlers: market.handlers + upkeep.handlers + transcripts.handlers + discoverer.handlers
                + oracle.upkeep.handlers + FilmUpkeep(films: films).handlers + [hooks.handler],
            workflows: [governance.closing.workflow.definition, governance.closing.anchorWorkflow.definition],
            drills: drills
        )
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
            discovery: discovery,
            jobs: jobs,
            inbox: inbox,
            identity: identity,
            credits: credits,
            models: models,
            news: news,
            onAir: onAir,
            governance: governance,
            films: films,
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
                discovery: discovery,
                doors: doors,
                webhooks: webhooks,
                identity: identity,
                credits: credits,
                models: models,
                trends: trends,
                news: news,
                onAir: onAir,
                governance: governance,
                oracle: oracle,
                films: films,
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
            onAir: onAir,
            live: live,
            alerts: alerts,
            feed: feed,
            pools: pools,
            discovery: discovery,
            counts: counts,
            jobs: jobs,
            schedules: maintenance.schedules + market.schedules + upkeep.schedules + transcripts.schedules
                + discoverer.schedules + oracle.upkeep.schedules + FilmUpkeep(films: films).schedules,
            retiredSchedules: maintenance.retiredSchedules,
            lines: isJournal ? nil : try LineWriter(descriptor: STDOUT_FILENO),
            drills: drills
        )
    }

    private var maintenance: MaintenanceJobs {
        MaintenanceJobs(config: config, environment: request.environment)
    }

    /// Everything that this daemon can run as a job.
    private func jobDesk(
        _ station: Station,
        handlers: [JobHandler],
        workflows: [WorkflowDefinition],
        drills: Drills?
    ) -> JobDesk {
        let telemetry = JobTelemetry(metrics: instruments.metrics)
        let desk = JobDesk(
            store: station.store,
            handlers: maintenance.handlers + handlers + (drills?.jobs.handlers ?? []),
            workflows: workflows + (drills?.jobs.workflows ?? []),
            settings: config.configuration.jobs,
            telemetry: telemetry,
            probes: drills?.jobs.probes ?? JobDesk.Probes()
        )
        instruments.metrics.read(.jobsRunningHere) { Double(desk.runningCount) }
        return desk
    }
}

import API
import Actors
import Bus
import Credits
import Identity
import Jobs
import Market
import MarketHistory
import Media
import PlayoutLink
import Store
import Telemetry

extension ControlTable {
    /// Every control method of the station.
    init(
        _ station: Station,
        feed: MarketFeed,
        pools: PoolDesk,
        discovery: DiscoveryDesk,
        jobs: JobDesk,
        inbox: WebhookInbox,
        identity: StationIdentity,
        credits: CreditDesk,
        models: ModelDesk,
        news: NewsDesk,
        onAir: OnAirDesk,
        governance: GovernanceStation,
        films: FilmStation,
        alerts: AlertDesk,
        drills: Drills?
    ) {
        let publisher = ForeignPublisher(
            bus: station.bus,
            store: station.store,
            author: Incarnation(of: "control"),
            metrics: station.instruments.metrics,
            isOpen: { station.phase != .draining }
        )
        var methods = SystemMethods(station: station).all
        methods += ActorMethods(station: station).all
        methods += ConfigMethods(settings: station.settings, levels: station.instruments.levels).all
        methods += AirMethods(mute: station.mute).all
        methods +=
            OnAirMethods(
                booth: station.booth,
                mute: station.mute,
                offAir: station.offAir,
                engines: { await onAir.voices.standings() },
                hosts: { station.hostSettings },
                targets: { onAir.targets.names },
                now: station.now
            ).all
        methods +=
            EventMethods(
                bus: station.bus,
                store: station.store,
                publisher: publisher,
                metrics: station.instruments.metrics
            ).all
        methods += SchemaMethods().all
        methods += JobMethods(desk: jobs).all
        methods += QueueMethods(desk: jobs).all
        methods += WorkflowMethods(desk: jobs).all
        methods += MessageMethods(queues: MessageQueues(store: station.store)).all
        methods += WebhookMethods(inbox: inbox).all
        methods += AlertMethods(board: alerts.board).all
        methods += ScheduleMethods(book: jobs.schedules, desk: jobs).all
        methods += UserMethods(identity: identity).all
        methods += CreditMethods(desk: credits, identity: identity.desk, now: station.now).all
        methods += ModelMethods(desk: models, settings: station.settings, now: station.now).all
        methods +=
            MarketMethods(
                feed: feed,
                pools: pools,
                pairs: { MarketDataSettings(station.settings.current.configuration.market).pairs },
                now: station.now
            ).all
        methods += DiscoveryMethods(desk: discovery).all
        methods += NewsMethods(desk: news).all
        methods += GovernanceMethods(governance: governance).all
        methods += RenderMethods(films: films).all
        methods +=
            HistoryMethods(
                candles: station.records.candles,
                queue: jobs.queue,
                providers: { feed.liveSource?.providers.compactMap { ($0 as? any MarketProvider)?.name } },
                now: station.now
            ).all
        if let drills { methods.append(drills.method(jobs)) }
        let audit = ControlAudit(
            store: station.store,
            author: station.author,
            redactor: station.instruments.redactor,
            now: station.now
        )
        self.init(methods, audit: audit, metrics: station.instruments.metrics)
    }
}

import API
import Actors
import Credits
import Domain
import Jobs
import Store
import Telemetry

extension RouteTable {
    /// Every route of the station.
    ///
    /// - Throws: what is wrong with the table; then the daemon does not start.
    init(
        _ station: Station,
        control: ControlTable,
        jobs: JobDesk,
        feed: MarketFeed,
        pools: PoolDesk,
        discovery: DiscoveryDesk,
        doors: FrontDoor,
        webhooks: WebhookRoutes,
        identity: StationIdentity,
        credits: CreditDesk,
        models: ModelDesk,
        trends: TrendDesk,
        news: NewsDesk,
        onAir: OnAirDesk,
        governance: GovernanceStation,
        oracle: OracleStation,
        films: FilmStation,
        limits: LimitDesk,
        alerts: AlertBoard,
        live: LiveHub,
        environment: [String: String]
    ) throws {
        let diagnostics = Diagnostics(
            checks: StationChecks(station: station, jobs: jobs, feed: feed, environment: environment).all,
            systemInfo: { SystemFacts.read(station) },
            now: station.now
        )
        var routes = try HealthRoutes(
            report: { HealthReport(station, jobs: jobs) },
            traffic: doors.traffic,
            connections: { doors.connections.count + live.statistics.clients.values.reduce(0, +) }
        ).all()
        routes += try MonitoringRoutes(
            metrics: { String(decoding: station.instruments.metrics.renderPrometheus(), as: UTF8.self) },
            status: { StatusAnswer(station, jobs: jobs) },
            usage: { () async throws(APIError) in
                try await UsageAnswer(
                    station,
                    traffic: doors.traffic,
                    connections: doors.connections.count + live.statistics.clients.values.reduce(0, +)
                )
            },
            version: Version.current
        ).all()
        routes += try LogRoutes(recent: station.instruments.logs.recent).all()
        routes += try AuditRoutes(log: station.store).all()
        routes += try AlertRoutes(current: { AlertsAnswer(alerts) }).all()
        routes += try DiagnosticsRoutes(
            run: { (fixes) async throws(APIError) in try await diagnostics.run(fixes: fixes) },
            last: { diagnostics.last }
        ).all()
        routes += try webhooks.all()
        routes += try LiveRoutes(hub: live).all()
        let zones = TimeZoneLibrary()
        let admit: @Sendable (String) async throws(APIError) -> Void = { account throws(APIError) in
            if let refusal = await limits.gate.enter(account: account).refusal { throw APIError(refusal) }
        }
        routes += try IdentityRoutes(
            desk: identity.desk,
            // Whatever is wrong with a name, it is none of a zone.
            knowsTimeZone: { name in (try? await zones.rules(of: name)) != nil },
            admit: admit
        ).all()
        routes += try CreditRoutes(desk: credits).all()
        let chatLimits: @Sendable () -> ChatLimits = { ChatLimits(station.settings.current.configuration) }
        routes += try ChatRoutes(
            desk: models.chat,
            limits: chatLimits,
            facts: { MarketFacts(station).facts(of: $0) },
            now: station.now
        ).all()
        routes += CompletionRoutes(desk: models.chat, limits: chatLimits, now: station.now).all()
        routes += try TrendRoutes(
            current: { trends.answer },
            refresh: { () throws(APIError) in try trends.refresh() }
        ).all()
        let market = MarketDoors(station, feed)
        routes += try market.routes.all()
        let poolDoors = PoolDoors(desk: pools, feed: feed, now: station.now)
        routes += try poolDoors.routes.all()
        routes += try ProposalDoors(desk: discovery).routes.all()
        let newsDoors = NewsDoors(news: news, sentiment: news.sentiment).doors
        routes += try NewsRoutes(newsDoors).all()
        routes += try HistoryDoors(station: station).routes.all()
        let air = OnAirDoors(desk: onAir).doors
        routes += try OnAirRoutes(air).all()
        routes += try GovernanceRoutes(governance.doors(identity.desk)).all()
        routes += try OracleRoutes(oracle.doors(identity.desk)).all()
        routes += try FilmRoutes(films.doors).all()
        routes += try ControlRoutes(door: ControlDoor(control)).all()
        let console = Console(
            data: ConsoleData(station, jobs: jobs, news: newsDoors),
            accounts: ConsoleAccounts(identity.desk, admit: admit, now: station.now),
            operations: ConsoleOperations(
                door: ControlDoor(control),
                logs: station.instruments.logs.recent,
                audit: station.store,
                live: live
            ),
            market: ConsoleMarket(
                pairs: { MarketDataSettings(station.settings.current.configuration.market).pairs },
                candles: { (pair, interval, count) async throws(APIError) in
                    try await market.candles(of: pair, interval, count)
                },
                providers: { market.providers.all },
                pools: { poolDoors.pools }
            ),
            air: air,
            governance: ConsoleGovernance(governance.doors(identity.desk), identity: identity.desk),
            delegation: ConsoleDelegation(governance.doors(identity.desk)),
            oracle: oracle.pages(identity.desk),
            films: films.doors
        )
        routes += console.all()
        self = try .documented(routes, failurePages: FailurePages(console), release: Version.current)
    }
}

/// What the listener counts, whichever of its lives counts it.
struct FrontDoor: Sendable {
    let traffic = TrafficMeter()
    let connections = OpenConnections()
}

extension StatusAnswer {
    init(_ station: Station, jobs: JobDesk) {
        self.init(
            running: station.phase == .running && !station.offAir.isOn,
            queue: jobs.telemetry.counts.reduce(0) { $0 + $1.available + $1.scheduled + $1.retryable },
            // There is no second machine and no telephone yet, and nothing stands in for them.
            config: Settings(voiceMode: station.voice, gpuRemote: false, mockTwilio: false)
        )
    }
}

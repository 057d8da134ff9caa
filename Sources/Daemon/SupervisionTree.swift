import API
import Actors
import Bus
import BusZeroMQ
import Credits
import Jobs
import Logging
import MarketHistory
import Show
import Telemetry

/// The daemon's supervision tree: who runs, in which order, and what happens when one fails.
///
/// The edge comes first, so that it is the last to go and still carries what the others say at the end. A child that
/// keeps failing in a way the station can live without is tried again now and then; without the edge there is no
/// station, so its failure goes up, and with it the process.
struct SupervisionTree {
    static let root: ActorName = "station"
    static let edge: ActorName = "zeromq-edge"
    static let operations: ActorName = "http"
    static let live: ActorName = "live"
    static let intake: ActorName = "http-intake"
    static let credits: ActorName = "credit-keeper"
    static let limits: ActorName = "limits"
    static let chat: ActorName = "chat"
    static let models: ActorName = "model-keeper"
    static let trends: ActorName = "trends"
    static let news: ActorName = "news"
    static let sentiment: ActorName = "sentiment"
    static let alerts: ActorName = "alerts"
    static let keeper: ActorName = "store-keeper"
    static let jobs: ActorName = "jobs"
    static let jobHands: ActorName = "job-hands"
    static let jobKeeper: ActorName = "job-keeper"
    static let jobLanes: ActorName = "job-lanes"
    static let jobCounts: ActorName = "job-counts"
    static let scheduler: ActorName = "scheduler"
    static let health: ActorName = "health"
    static let market: ActorName = "market-data"
    static let marketCalls: ActorName = "market-calls"
    static let marketKeeper: ActorName = "market-keeper"
    static let streams: ActorName = "market-streams"
    static let briefing: ActorName = "briefing"
    static let playout: ActorName = "playout"
    static let speaker: ActorName = "speaker"
    static let parts: ActorName = "show-parts"
    static let host: ActorName = "host"
    static let airNotes: ActorName = "air-notes"
    static let narrator: ActorName = "narrator"
    static let drill: ActorName = "drill"

    let station: Station
    let edgeConfig: BusZeroMQ.ZeroMQConfig
    let control: ControlTable
    let routes: RouteTable
    let doors: FrontDoor
    let authenticate: Authenticator
    let limits: LimitDesk
    let credits: CreditDesk
    let creditWatch: CreditWatch
    let models: ModelDesk
    let trends: TrendDesk
    let news: NewsDesk
    let onAir: OnAirDesk
    let live: LiveHub
    let alerts: AlertDesk
    let feed: MarketFeed
    let pools: PoolDesk
    let discovery: DiscoveryDesk
    let counts: MarketCounts
    let jobs: JobDesk
    let schedules: [ScheduleDefinition]
    /// The names of those that the program had, and has no more.
    let retiredSchedules: [String]
    let healthBoard = HealthBoard()
    let lines: LineWriter?
    let drills: Drills?

    /// How often a child that is out of restarts is tried again.
    private static let degradedInterval: Duration = .seconds(30)

    private var settings: SupervisionConfig { station.settings.current.configuration.supervision }

    private var limit: RestartLimit { RestartLimit(settings.intensity, within: .seconds(settings.windowSeconds)) }

    private var backoff: Backoff {
        Backoff(
            base: .seconds(settings.backoffBaseSeconds),
            factor: settings.backoffFactor,
            cap: .seconds(settings.backoffCapSeconds),
            jitter: settings.backoffJitter,
            resetAfter: .seconds(settings.backoffResetSeconds)
        )
    }

    var spec: SupervisorSpec {
        // The top allows more restarts than any child: what counts here is that many different ones fail.
        let total = RestartLimit(settings.intensity * 4, within: .seconds(settings.windowSeconds))
        return SupervisorSpec(Self.root, strategy: .oneForOne, limit: total, children: children).with {
            $0.firstStart = .retry
            $0.zombiesMax = settings.zombiesMax
        }
    }

    private var children: [ChildSpec] {
        var children = [
            vital(Self.edge) { [station, edgeConfig, control] context in
                var config = edgeConfig
                // The keys of the moment: a reload may have taken some away since the start.
                config.authorisedKeys = EdgeSettings.keys(station.settings.current.configuration.zeromq)
                return try EdgeActor(context, station: station, config: config) { await control.answer($0) }
            },
            dispensable(Self.limits) { [limits] context in LimitsActor(context, desk: limits) },
            dispensable(Self.models) { [models, station] context in
                ModelKeeper(context, desk: models) {
                    .seconds(station.settings.current.configuration.llm.probeSeconds)
                }
            },
            dispensable(Self.operations) { [station, routes, doors, limits, authenticate] context in
                OperationsActor(
                    context,
                    station: station,
                    routes: routes,
                    doors: doors,
                    limits: limits,
                    authenticate: authenticate
                )
            },
            // Stops before the listener does: answers that do not end in time are settled, and their clients hear of it.
            dispensable(Self.chat) { [models, doors, station] context in
                ChatActor(context, desk: models, connections: doors.connections) { station.phase == .draining }
            },
            // And so does this: clients hear a goodbye while there still are connections.
            dispensable(Self.live) { [live] context in LiveActor(context, hub: live) },
            dispensable(Self.keeper) { [station] context in StoreKeeper(context, station: station) },
            dispensable(Self.credits) { [station, credits, creditWatch] context in
                CreditKeeper(context, desk: credits, watch: creditWatch, metrics: station.instruments.metrics)
            },
        ]
        children.append(
            // Before those whose calls it keeps.
            dispensable(Self.marketCalls) { [station, feed] context in
                ProviderCallKeeper(
                    context,
                    ledger: feed.calls,
                    calls: station.records.calls,
                    metrics: station.instruments.metrics
                )
            }
        )
        children += [jobsChild, healthChild, marketChild, streamsChild, marketKeeperChild, notesChild]
        // Before those who tell it what it keeps: some of that is told once.
        children.append(
            dispensable(Self.briefing) { [station] context in
                BriefingKeeper(context: context, bus: station.bus, room: station.briefing) {
                    await station.recentHeadlines()
                }
            }
        )
        // Before the host, which speaks of what was known before.
        children.append(dispensable(Self.trends) { [trends] context in TrendKeeper(context, desk: trends) })
        children.append(dispensable(Self.sentiment) { [news] context in MoodKeeper(context, desk: news.sentiment) })
        children.append(dispensable(Self.news) { [news] context in NewsKeeper(context, desk: news) })
        children.append(dispensable(Self.alerts) { [alerts] context in alerts.makeAgent(context) })
        if let lines {
            children.append(
                dispensable(Self.narrator) { [station] context in
                    try Narrator(context, bus: station.bus, lines: lines)
                }
            )
        }
        if let drills { children.append(drills.child(limit: limit, backoff: backoff)) }
        // Goes after those that use it: the last words are handed over before the playout is ended.
        if station.settings.current.configuration.onair.startPlayout {
            children.append(
                dispensable(Self.playout) { [onAir, station] context in
                    PlayoutStarter(context, desk: onAir) { station.phase == .draining }
                }
            )
        }
        children.append(
            dispensable(Self.speaker) { [onAir] context in try onAir.speaker(context) }
                .with { $0.heartbeat = ChildSpec.Heartbeat(every: .seconds(30), missed: 3) }
        )
        children.append(
            dispensable(Self.parts) { [station] context in
                try PartKeeper(context: context, bus: station.bus, store: station.store)
            }
        )
        // After all that carry its words: prices may be there before the rest of the station is.
        children.append(hostChild)
        // The last to start and the first to stop: nothing new comes in from then on.
        children.append(
            dispensable(Self.intake) { [doors, station] context in
                IntakeActor(context, connections: doors.connections) { station.phase == .draining }
            }
            .with { $0.shutdown = .after(IntakeActor.stopMax) }
        )
        return children
    }

    /// What works on jobs: when the one that runs them fails, those that rely on it start anew too.
    private var jobsChild: ChildSpec {
        let spec = SupervisorSpec(
            Self.jobs,
            strategy: .restForOne,
            limit: limit,
            children: [
                dispensable(Self.jobHands) { [jobs] context in JobHandsActor(context, runner: jobs.makeRunner()) },
                dispensable(Self.jobKeeper) { [jobs] context in JobKeeperActor(context, keeper: jobs.makeKeeper()) },
                dispensable(Self.scheduler) { [jobs, schedules, retiredSchedules] context in
                    SchedulerActor(
                        context,
                        book: jobs.schedules,
                        definitions: schedules,
                        retired: retiredSchedules,
                        hooks: jobs.telemetry.scheduling
                    )
                },
                dispensable(Self.jobLanes) { [jobs] context in
                    JobLanesActor(context, runner: try jobs.currentRunner())
                }.with { $0.shutdown = .after(jobs.stopMax) },
                dispensable(Self.jobCounts) { [jobs, station] context in
                    JobCountActor(context, queue: jobs.queue, bus: station.bus) { jobs.telemetry.note($0) }
                },
            ]
        )
        return ChildSpec.supervisor(spec, restart: .permanent)
    }

    private var healthChild: ChildSpec {
        dispensable(Self.health) { [station, feed, healthBoard, limits] context in
            HealthAgent(
                context: context,
                parts: HealthAgent.Parts(
                    bus: station.bus,
                    board: healthBoard,
                    probes: StationProbes(station: station, board: feed.board, limits: limits).all,
                    soundings: StationProbes(station: station, board: feed.board, limits: limits).soundings,
                    logger: Logger(label: "health")
                )
            )
        }.with { $0.heartbeat = ChildSpec.Heartbeat(every: .seconds(5), missed: 3) }
    }

    private var marketChild: ChildSpec {
        dispensable(Self.market) { [station, feed] context in
            MarketDataActor(
                context: context,
                parts: MarketDataActor.Parts(
                    bus: station.bus,
                    feed: feed.feed,
                    board: feed.board,
                    history: station.records.candles,
                    settings: { MarketDataSettings(station.settings.current.configuration.market) },
                    logger: Logger(label: "market")
                )
            )
        }.with { $0.heartbeat = ChildSpec.Heartbeat(every: .seconds(15), missed: 3) }
    }

    /// Beside the one that asks for prices: when one of them is away, the other goes on.
    private var streamsChild: ChildSpec {
        dispensable(Self.streams) { [station, feed] context in
            MarketStreamsActor(
                context: context,
                parts: MarketStreamsActor.Parts(
                    bus: station.bus,
                    board: feed.board,
                    streams: feed.streams,
                    transport: feed.streamNetwork,
                    settings: { MarketStreamsSettings(station.settings.current.configuration.market) },
                    logger: Logger(label: "market")
                )
            )
        }.with { $0.heartbeat = ChildSpec.Heartbeat(every: .seconds(15), missed: 3) }
    }

    private var marketKeeperChild: ChildSpec {
        dispensable(Self.marketKeeper) { [station, feed, discovery, counts] context in
            MarketKeeper(
                context,
                parts: MarketKeeper.Parts(
                    feed: feed,
                    discovery: discovery,
                    counts: counts,
                    bus: station.bus,
                    pairs: { MarketDataSettings(station.settings.current.configuration.market).pairs },
                    probeEvery: { .seconds(station.settings.current.configuration.market.probeSeconds) },
                    now: station.now
                )
            )
        }.with { $0.heartbeat = ChildSpec.Heartbeat(every: .seconds(15), missed: 3) }
    }

    /// Before the host, so that the first words are among them.
    private var notesChild: ChildSpec {
        dispensable(Self.airNotes) { [station] context in
            try AirNotesActor(context, bus: station.bus, notes: station.airNotes)
        }
    }

    private var hostChild: ChildSpec {
        dispensable(Self.host) { [station, models] context in
            HostAgent(
                context: context,
                parts: HostAgent.Parts(
                    bus: station.bus,
                    room: station.briefing,
                    booth: station.booth,
                    settings: { station.hostSettings },
                    write: { await models.write($0) },
                    recall: { try await station.segments.texts(since: $0) },
                    logger: Logger(label: "host")
                )
            )
        }.with { $0.heartbeat = ChildSpec.Heartbeat(every: .seconds(5), missed: 3) }
    }

    private func vital(_ name: ActorName, _ factory: @escaping ChildSpec.Factory) -> ChildSpec {
        ChildSpec.worker(name, restart: .permanent, shutdown: .after(.seconds(4)), factory: factory).with {
            $0.readiness = .reported
            $0.limit = limit
            $0.backoff = backoff
        }
    }

    private func dispensable(_ name: ActorName, _ factory: @escaping ChildSpec.Factory) -> ChildSpec {
        ChildSpec.worker(name, restart: .permanent, shutdown: .after(.seconds(2)), factory: factory).with {
            $0.readiness = .reported
            $0.limit = limit
            $0.backoff = backoff
            $0.whenExhausted = .degrade(every: Self.degradedInterval)
        }
    }
}

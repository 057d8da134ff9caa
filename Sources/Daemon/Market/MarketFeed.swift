import Actors
import Bus
import Domain
import HTTPClient
import Market
import Telemetry
import Threading

/// Where the market actor's prices come from: the configured providers, or a file of candles.
///
/// It outlives the actor's incarnations, so that a restart neither forgets what a provider said about its limits nor
/// starts a recording anew.
final class MarketFeed: Sendable {
    let board = MarketBoard()
    /// How the live streams are doing.
    let streams = StreamBoard()
    let streamNetwork: StreamNetwork
    let feed: MarketDataActor.Feed
    /// How providers have answered lately.
    let calls = CallLedger()
    private let slot: Slot
    private let transport: Mutex<CurlTransport>
    private let metrics: MetricsRegistry
    private let readKeys: @Sendable (LoadedConfig) throws(CredentialError) -> MarketKeys

    /// The providers and the pools of the moment, which belong together.
    private struct Current: Sendable {
        var source: MarketSource
        var book: PoolBook
        var configuration: Configuration
        /// Those of the configuration.
        var configured: [any DataProvider]
        var discovered: DiscoveredProviders
    }

    private final class Slot: Sendable {
        let current: Mutex<Current>
        init(_ current: Current) { self.current = Mutex(current) }
    }

    /// Reads the keys, and the candle file, if there is one; blocks on that.
    ///
    /// - Throws: `CredentialError` for a key that cannot be read; `ReplayError` when the file cannot be played;
    ///   `HTTPClientError`.
    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor, metrics: MetricsRegistry) throws {
        let settings = loaded.configuration.market
        let readKeys: @Sendable (LoadedConfig) throws(CredentialError) -> MarketKeys = {
            loaded throws(CredentialError) in
            try MarketKeys(loaded, environment: environment, redactor: redactor)
        }
        let rules = HTTPClientConfig(loaded.configuration)
        let http = try CurlTransport(config: rules)
        streamNetwork = StreamNetwork(rules)
        let providers = MarketFeed.providers(
            settings,
            keys: try readKeys(loaded),
            http: MeteredTransport(http, metrics),
            calls: calls
        )
        let book = PoolBook(configured: settings.pools)
        let source = MarketSource(providers: providers, pools: book.pools, settings: MarketSource.Settings(settings))
        let slot = Slot(
            Current(
                source: source,
                book: book,
                configuration: loaded.configuration,
                configured: providers,
                discovered: .none
            )
        )
        self.slot = slot
        self.metrics = metrics
        self.readKeys = readKeys
        transport = Mutex(http)
        if settings.replay.isEmpty {
            feed = .live { slot.current.withLock { $0.source } }
        } else {
            let track = try CandleFile.read(path: settings.replay)
            guard let speed = ReplaySpeed(String(settings.replaySpeed)) else {
                throw ReplayError("market.replay_speed: \(settings.replaySpeed) is no speed")
            }
            feed = .replay(ReplayFeed(track: track, speed: speed))
        }
    }

    /// New providers, keys, hosts and pools take the place of the old ones with the next question.
    ///
    /// - Throws: `CredentialError` for a key that cannot be read; `HTTPClientError` when requests cannot be made with the
    ///   new limits.
    func replace(with loaded: LoadedConfig) async throws {
        let keys = try await offPool { [readKeys] in Result { try readKeys(loaded) } }.get()
        let rules = HTTPClientConfig(loaded.configuration)
        let http = try CurlTransport(config: rules)
        await streamNetwork.replace(with: rules)
        let configured = MarketFeed.providers(
            loaded.configuration.market,
            keys: keys,
            http: MeteredTransport(http, metrics),
            calls: calls
        )
        let oldDiscovered = try slot.current.withLock { current in
            let discovered = try DiscoveredProviders(
                current.discovered.sources,
                loaded.configuration,
                metrics: metrics,
                calls: calls
            )
            defer { current.discovered = discovered }
            current.configuration = loaded.configuration
            current.configured = configured
            MarketFeed.rebuild(&current, with: discovered)
            return current.discovered
        }
        let old = transport.withLock { current in
            defer { current = http }
            return current
        }
        await old.shutdown()
        await oldDiscovered.shutdown()
    }

    /// Sources that were accepted take the place of those that were before, with the next question.
    ///
    /// - Parameter sources: all of them.
    /// - Throws: `HTTPClientError` when no requests can be made; then all is as it was.
    func use(_ sources: [DiscoveredSource]) async throws(HTTPClientError) {
        let old = try slot.current.withLock { current throws(HTTPClientError) -> DiscoveredProviders in
            let discovered = try DiscoveredProviders(
                sources,
                current.configuration,
                metrics: metrics,
                calls: calls
            )
            defer { current.discovered = discovered }
            MarketFeed.rebuild(&current, with: discovered)
            return current.discovered
        }
        await old.shutdown()
    }

    /// Puts providers and pools together anew.
    private static func rebuild(_ current: inout Current, with discovered: DiscoveredProviders) {
        let settings = current.configuration.market
        current.book.configured = settings.pools.map { $0.followed(by: discovered.providers) }
        // What a provider said about its limits still holds.
        current.source = MarketSource(
            providers: current.configured + discovered.providers,
            pools: current.book.pools,
            settings: MarketSource.Settings(settings),
            inheriting: current.source
        )
    }

    /// Those that were accepted.
    var discovered: [DiscoveredSource] { slot.current.withLock { $0.discovered.sources } }

    /// Whether recorded candles are played, and nobody is asked.
    var isReplay: Bool { if case .replay = feed { true } else { false } }

    /// Whom to ask, also while nobody is asked.
    var source: MarketSource { slot.current.withLock { $0.source } }

    /// Whom to ask; `nil` while recorded candles are played.
    var liveSource: MarketSource? { isReplay ? nil : source }

    /// Who is asked for what.
    var book: PoolBook { slot.current.withLock { $0.book } }

    /// Pools that were changed take the place of those of the configuration, with the next question.
    func use(_ record: PoolRecord) {
        slot.current.withLock { current in
            current.book.record = record
            current.source.use(current.book.pools)
        }
    }

    /// How each provider has done so far.
    var standings: [ProviderStanding] { source.standings }

    /// How those have done so far that some pool has as a member.
    var standingsInUse: [ProviderStanding] {
        let members = Set(book.pools.flatMap { $0.members.map(\.provider) })
        return standings.filter { members.contains($0.name) }
    }

    /// What the operator thinks of a provider where it is asked first.
    func member(_ name: String) -> PoolMember {
        book.pools.lazy.compactMap { $0.members.first { $0.provider == name } }.first ?? PoolMember(name)
    }

    /// Asks a provider that is left alone; see `MarketSource.tryAgain`.
    func tryAgain(_ provider: String, with pairs: [TradingPair]) async -> Bool {
        await source.tryAgain(provider, with: pairs)
    }

    func close() async {
        await streamNetwork.close()
        await transport.withLock { $0 }.shutdown()
        await slot.current.withLock { $0.discovered }.shutdown()
    }

    /// All that there are, whoever is a member of a pool now.
    private static func providers(
        _ settings: MarketConfig,
        keys: MarketKeys,
        http: any HTTPTransport,
        calls: CallLedger
    ) -> [any DataProvider] {
        MarketConfig.Provider.allCases.map { provider in
            let http = RecordedTransport(
                http,
                provider: provider.rawValue,
                category: provider.categories[0].rawValue,
                ledger: calls
            )
            return provider.adapter(
                called: provider.rawValue,
                at: settings.address(of: provider),
                keys: keys,
                over: http
            )
        }
    }
}

extension MarketSource.Settings {
    init(_ settings: MarketConfig) {
        self.init()
        breaker.failuresMax = settings.breakerFailures
        breaker.openFor = .seconds(settings.breakerOpenSeconds)
        breaker.openForMax = .seconds(settings.breakerOpenMaxSeconds)
        // One station is no crowd: what is set is what is waited.
        breaker.jitter = 0
        retriesMax = settings.retries
        retryPause = .seconds(settings.retrySeconds)
    }
}

extension MarketDataSettings {
    init(_ settings: MarketConfig) {
        self.init(
            pairs: settings.pairs.compactMap { TradingPair($0) },
            pollEvery: .seconds(settings.pollSeconds)
        )
        keptIntervals = settings.history.intervals
    }
}

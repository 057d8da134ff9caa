import Actors
import Bus
import Domain
import HTTPClient
import Logging
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
    private let source: Slot
    private let transport: Mutex<CurlTransport>
    private let metrics: MetricsRegistry

    private final class Slot: Sendable {
        let current: Mutex<MarketSource>
        init(_ source: MarketSource) { current = Mutex(source) }
    }

    /// Reads the candle file, if there is one; blocks on that.
    ///
    /// - Throws: `ReplayError` when the file cannot be played.
    init(_ configuration: Configuration, metrics: MetricsRegistry) throws {
        let settings = configuration.market
        let rules = HTTPClientConfig(configuration)
        let http = try CurlTransport(config: rules)
        streamNetwork = StreamNetwork(rules)
        let slot = Slot(Self.source(settings, http: MeteredTransport(http, metrics)))
        self.metrics = metrics
        transport = Mutex(http)
        source = slot
        if settings.replay.isEmpty {
            feed = .live { slot.current.withLock { $0 } }
        } else {
            let track = try CandleFile.read(path: settings.replay)
            guard let speed = ReplaySpeed(String(settings.replaySpeed)) else {
                throw ReplayError("market.replay_speed: \(settings.replaySpeed) is no speed")
            }
            feed = .replay(ReplayFeed(track: track, speed: speed))
        }
    }

    /// New providers, hosts and limits take the place of the old ones with the next question.
    ///
    /// - Throws: `HTTPClientError` when requests cannot be made with the new limits.
    func replace(with configuration: Configuration) async throws {
        let rules = HTTPClientConfig(configuration)
        let http = try CurlTransport(config: rules)
        await streamNetwork.replace(with: rules)
        source.current.withLock { current in
            // What a provider said about its limits still holds.
            current = Self.source(
                configuration.market,
                http: MeteredTransport(http, metrics),
                inheriting: current
            )
        }
        let old = transport.withLock { current in
            defer { current = http }
            return current
        }
        await old.shutdown()
    }

    /// Whether recorded candles are played, and nobody is asked.
    var isReplay: Bool { if case .replay = feed { true } else { false } }

    /// Whom to ask; `nil` while recorded candles are played.
    var liveSource: MarketSource? { isReplay ? nil : source.current.withLock { $0 } }

    /// What the operator thinks of a provider.
    func member(_ name: String) -> PoolMember { source.current.withLock { $0.settings.members[name] ?? .usual } }

    /// How each provider has done so far.
    var standings: [ProviderStanding] { source.current.withLock { $0.standings } }

    /// Asks a provider that is left alone; see `MarketSource.tryAgain`.
    func tryAgain(_ provider: String, with pairs: [TradingPair]) async -> Bool {
        await source.current.withLock { $0 }.tryAgain(provider, with: pairs)
    }

    func close() async {
        await streamNetwork.close()
        await transport.withLock { $0 }.shutdown()
    }

    private static func source(
        _ settings: MarketConfig,
        http: any HTTPTransport,
        inheriting previous: MarketSource? = nil
    ) -> MarketSource {
        MarketSource(
            providers: settings.providers.map { provider -> any MarketProvider in
                let base = settings.endpoints[provider]
                return switch provider {
                case .binance: BinanceProvider(transport: http, base: base)
                case .kraken: KrakenProvider(transport: http, base: base)
                case .coinbase: CoinbaseProvider(transport: http, base: base)
                case .bybit: BybitProvider(transport: http, base: base)
                case .hyperliquid: HyperliquidProvider(transport: http, base: base)
                case .coingecko: CoinGeckoProvider(transport: http, base: base)
                case .coinpaprika: CoinPaprikaProvider(transport: http, base: base)
                }
            },
            inheriting: previous
        )
    }
}

extension MarketDataSettings {
    init(_ settings: MarketConfig) {
        self.init(
            pairs: settings.pairs.compactMap { TradingPair($0) },
            pollEvery: .seconds(settings.pollSeconds)
        )
    }
}

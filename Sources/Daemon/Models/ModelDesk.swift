import Bus
import Chat
import Credits
import HTTPClient
import LLM
import Logging
import Telemetry
import Threading

/// The language models of a running station: the router that asks them, and the desk where people's calls are paid for.
///
/// New settings hold from the next call on; calls under way keep their connections.
final class ModelDesk: Sendable {
    let router: ModelRouter
    let chat: ChatDesk
    let costs: ModelCosts
    private let metrics: MetricsRegistry
    private let tariff: ModelTariff
    private let now: @Sendable () -> Timestamp
    private let readKeys: @Sendable (LoadedConfig) throws(CredentialError) -> ModelKeys
    /// The newest is the last; the others are closed once no call uses them.
    private let transports: Mutex<[CurlTransport]>

    /// Blocks as long as reading small files takes; `prices` are what the tariff says of these settings.
    ///
    /// - Throws: `CredentialError` for a key that cannot be read; `HTTPClientError`.
    init(
        _ loaded: LoadedConfig,
        environment: [String: String],
        redactor: Redactor,
        metrics: MetricsRegistry,
        bus: EventBus,
        credits: CreditDesk,
        tariff: ModelTariff,
        prices: ChatPrices,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        self.metrics = metrics
        self.now = now
        self.tariff = tariff
        costs = ModelCosts(now: now)
        readKeys = { loaded throws(CredentialError) in
            try ModelKeys(loaded, environment: environment, redactor: redactor)
        }
        let transport = try CurlTransport(config: HTTPClientConfig(models: loaded.configuration))
        let plan = ModelRouter.Plan(
            loaded.configuration.llm,
            keys: try readKeys(loaded),
            transport: MeteredTransport(transport, metrics),
            now: now
        )
        // Every call has clocks, and hardly any of them ever runs out.
        let stopwatch = Stopwatch(try SharedTimer())
        router = ModelRouter(
            plan,
            hooks: ModelNews(metrics: metrics, bus: bus, costs: costs).hooks,
            stopwatch: stopwatch,
            seed: .random(in: .min ... .max)
        )
        transports = Mutex([transport])
        chat = ChatDesk(
            router: router,
            credits: credits,
            settings: ChatDesk.Settings(loaded.configuration, prices, metrics),
            now: now,
            logger: Logger(label: "chat")
        )
        metrics.read(.llmOpenChats) { [chat] in Double(chat.openCount) }
    }

    /// Models, keys, prices and limits change with the next call.
    var part: SettingsControl.Part {
        SettingsControl.Part(name: "models") { [self] settings in try await replace(with: settings) }
    }

    private func replace(with loaded: LoadedConfig) async throws {
        let keys = try await offPool { [readKeys] in Result { try readKeys(loaded) } }.get()
        let transport = try CurlTransport(config: HTTPClientConfig(models: loaded.configuration))
        let plan = ModelRouter.Plan(
            loaded.configuration.llm,
            keys: keys,
            transport: MeteredTransport(transport, metrics),
            now: now
        )
        // Nothing after it can fail, so that no price is announced that does not apply.
        let prices = try await tariff.prices(of: loaded.configuration)
        _ = router.replace(with: plan)
        chat.replace(with: ChatDesk.Settings(loaded.configuration, prices, metrics))
        transports.withLock { $0.append(transport) }
    }

    /// Closes the transports of earlier settings that no call uses any more.
    func closeRetired() async {
        let retired = transports.withLock { transports -> [CurlTransport] in
            var idle: [CurlTransport] = []
            for index in transports.indices.dropLast().reversed() where isKnownUniquelyReferenced(&transports[index]) {
                idle.append(transports.remove(at: index))
            }
            return idle
        }
        for transport in retired { await transport.shutdown() }
    }

    func close() async {
        for transport in transports.withLock({ $0 }) { await transport.shutdown() }
    }
}

extension HTTPClientConfig {
    /// For model calls: as many at once as the models may have, each a connection of its own.
    fileprivate init(models configuration: Configuration) {
        self.init(configuration)
        requestsMax = 2 * configuration.chat.atOnceMax
        requestsPerHostMax = max(configuration.llm.atOnceMax, configuration.chat.atOnceMax)
        idleConnectionsMax = 64
    }
}

extension ChatDesk.Settings {
    init(_ configuration: Configuration, _ prices: ChatPrices, _ metrics: MetricsRegistry) {
        self.init(prices: prices)
        priceNotice = .seconds(configuration.credits.priceNoticeDays * 86_400)
        priceCap = Int64(configuration.chat.priceCap)
        atOnceMax = configuration.chat.atOnceMax
        onReuse = { metrics.counter(.chatReuse, $0).increment() }
        onUnsettled = { metrics.counter(.chatUnsettled).increment() }
    }
}

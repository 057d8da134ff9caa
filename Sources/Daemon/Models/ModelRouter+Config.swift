import Bus
import HTTPClient
import LLM

extension ModelRouter.Plan {
    /// What the `[llm]` section says, as far as it can be asked: without a key or an address a provider is none.
    init(
        _ settings: LLMConfig,
        keys: ModelKeys,
        transport: any HTTPTransport,
        now: @escaping @Sendable () -> Timestamp
    ) {
        var providers: [ModelProvider] = []
        var missing: [String: String] = [:]
        for (name, provider) in settings.providers.sorted(by: { $0.key < $1.key }) {
            let key = keys.key(of: name)
            if provider.base.isEmpty {
                missing[name] = "llm.providers.\(name).base is not set"
            } else if provider.needsKey, key == nil {
                missing[name] = "llm.providers.\(name).key is not set"
            } else {
                providers.append(
                    ModelProvider(
                        name: name,
                        wire: ModelProvider.Wire(provider.wire),
                        base: provider.base.hasSuffix("/") ? String(provider.base.dropLast()) : provider.base,
                        key: key,
                        headers: provider.version.isEmpty ? [:] : ["anthropic-version": provider.version],
                        searches: provider.searches,
                        transport: transport,
                        now: now
                    )
                )
            }
        }
        let known = settings.models.sorted { $0.key < $1.key }
        let models = known.filter { missing[$0.value.provider] == nil }.map(ModelCatalogue.Model.init)
        let names = Set(models.map(\.name))
        let orders = settings.orders.all.map { task, order in
            (
                task,
                order.compactMap { text -> ModelRung? in
                    let members = LLMConfig.names(of: text).filter(names.contains).compactMap { settings.models[$0] }
                    guard !members.isEmpty else { return nil }
                    return ModelRung(
                        members.map { model in
                            ModelRung.Member(
                                ModelTarget(provider: model.provider, model: model.model),
                                weight: model.weight
                            )
                        },
                        balance: ModelRung.Balance(settings.balance)
                    )
                }
            )
        }
        self.init(
            providers: providers,
            catalogue: ModelCatalogue(
                models: models,
                orders: Dictionary(
                    orders.compactMap { task, rungs in ModelTask(rawValue: task).map { ($0, rungs) } },
                    uniquingKeysWith: { first, _ in first }
                ),
                unavailable: Dictionary(
                    known.compactMap { name, model in missing[model.provider].map { (name, $0) } },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        )
        board.atOnceMax = settings.atOnceMax
        board.extra.share = settings.extraShare
        board.breaker.failuresMax = settings.breakerFailures
        board.breaker.openFor = .seconds(settings.breakerOpenSeconds)
        board.breaker.openForMax = .seconds(settings.breakerOpenMaxSeconds)
        chain.firstContent = .seconds(settings.firstContentSeconds)
        chain.gap = .seconds(settings.gapSeconds)
        chain.total = .seconds(settings.totalSeconds)
        chain.attemptsMax = settings.attemptsMax
        chain.repeatsMax = settings.repeatsMax
        chain.hedgeQuantile = settings.hedgeQuantile > 0 ? settings.hedgeQuantile : nil
    }
}

extension ModelCatalogue.Model {
    fileprivate init(_ name: String, _ settings: LLMConfig.Model) {
        self.init(name: name, target: ModelTarget(provider: settings.provider, model: settings.model))
        traits.usesMaxTokens = settings.usesMaxTokens
        traits.refusesSampling = settings.refusesSampling
        traits.repeatsReasoning = settings.repeatsReasoning
        outputTokensMax = settings.outputTokensMax
        contextTokens = settings.contextTokens
        if settings.firstContentSeconds > 0 { firstContent = .seconds(settings.firstContentSeconds) }
        func ticks(_ text: String) -> Int64 { USDPrice(text)?.ticksPerToken ?? 0 }
        cost = ModelCost(
            input: ticks(settings.usdInput),
            cacheRead: ticks(settings.usdCached),
            // Where writing to a cache costs anything, it is a quarter more than reading for the first time.
            cacheWrite: ticks(settings.usdInput) * 5 / 4,
            output: ticks(settings.usdOutput),
            search: USDPrice(settings.usdSearch)?.ticksPerSearch ?? 0
        )
    }
}

extension ModelProvider.Wire {
    fileprivate init(_ wire: LLMConfig.Wire) {
        self =
            switch wire {
            case .chat: .chat
            case .messages: .messages
            }
    }
}

extension ModelRung.Balance {
    fileprivate init(_ balance: LLMConfig.Balance) {
        self =
            switch balance {
            case .inOrder: .inOrder
            case .leastLatency: .leastLatency
            case .weighted: .weighted
            }
    }
}

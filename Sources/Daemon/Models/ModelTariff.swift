import Bus
import Chat
import Credits
import LLM
import Logging
import Telemetry

/// What the models cost users: from the settings, with the history that the store keeps of it.
struct ModelTariff: Sendable {
    let credits: CreditDesk
    let metrics: MetricsRegistry
    private let logger = Logger(label: "credits")

    init(credits: CreditDesk, metrics: MetricsRegistry) {
        self.credits = credits
        self.metrics = metrics
    }

    /// Puts the prices of the settings into force, and announces those that have changed.
    ///
    /// - Throws: `CreditError.store`; then nothing has changed.
    func prices(of configuration: Configuration) async throws(CreditError) -> ChatPrices {
        let models = ModelTariff.models(configuration.llm)
        let (histories, changes) = try await credits.keepPrices(
            models.map(\.priced),
            notice: .seconds(configuration.credits.priceNoticeDays * 86_400)
        )
        for change in changes { tell(change) }
        return ChatPrices(
            Dictionary(
                models.map { model in
                    (
                        model.target,
                        ChatPrices.Price(
                            model.priced.price,
                            source: model.source,
                            history: histories[model.priced.key]
                        )
                    )
                },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    private func tell(_ change: PriceChange) {
        metrics.counter(.creditsPriceChanges, change.isRise ? "up" : "down").increment()
        logger.notice(
            "the price of a model has changed",
            metadata: ["model": "\(change.model.name)", "old": "\(change.old)", "new": "\(change.model.price)"]
        )
    }

    private struct Model {
        let target: ModelTarget
        let priced: PricedModel
        let source: CreditSource
    }

    /// Each model once: of several names for the same one, the first holds.
    private static func models(_ settings: LLMConfig) -> [Model] {
        var seen: Set<ModelTarget> = []
        return settings.models.sorted { $0.key < $1.key }.compactMap { name, model in
            let target = ModelTarget(provider: model.provider, model: model.model)
            guard seen.insert(target).inserted else { return nil }
            return Model(
                target: target,
                priced: PricedModel(
                    PricedModel.Key(provider: model.provider, model: model.model),
                    name: name,
                    price: CreditPrice(model)
                ),
                source: CreditSource(rawValue: model.ledger) ?? .local
            )
        }
    }
}

extension CreditPrice {
    fileprivate init(_ model: LLMConfig.Model) {
        self.init(
            perInputMilli: Int64((model.creditsInput * 1000).rounded()),
            perOutputMilli: Int64((model.creditsOutput * 1000).rounded()),
            minimum: Int64(model.creditsCall)
        )
    }
}

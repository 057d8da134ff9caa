import Domain
import HTTPClient
import LLM
import Sentiment
import SentimentServices

extension SentimentChain {
    /// What the `[sentiment]` section says, as far as it can be asked.
    convenience init(
        _ configuration: Configuration,
        files: SentimentFiles,
        transport: any HTTPTransport,
        models: ModelDesk
    ) {
        let settings = configuration.sentiment
        let patience = Duration.seconds(settings.limitSeconds)
        let links = settings.order.prefix { $0 != .builtin }.map { backend -> Link in
            switch backend {
            case .builtin: .classifier(files.builtin)
            case .keyword: .classifier(KeywordClassifier())
            case .huggingface:
                if let reason = settings.huggingfaceLack(files) {
                    .unavailable(method: "huggingface", reason: reason)
                } else {
                    .classifier(
                        HostedClassifier(
                            .huggingFace(model: settings.huggingfaceModel, isZeroShot: settings.huggingfaceZeroShot),
                            base: settings.huggingfaceBase,
                            key: files.huggingface,
                            transport: transport,
                            patience: patience
                        )
                    )
                }
            case .tei:
                if settings.teiBase.isEmpty {
                    .unavailable(method: "tei", reason: "sentiment.tei_base is not set")
                } else {
                    .classifier(
                        HostedClassifier(
                            .textEmbeddings,
                            base: settings.teiBase,
                            key: files.tei,
                            transport: transport,
                            patience: patience
                        )
                    )
                }
            case .onnx:
                switch files.onnx {
                case .success(let classifier): .classifier(classifier)
                case .failure(let error): .unavailable(method: "onnx", reason: error.message)
                }
            case .model:
                if models.canScore(configuration.llm) {
                    .classifier(ModelClassifier { await models.score($0, patience: patience) })
                } else {
                    .unavailable(
                        method: ModelClassifier.methodName,
                        reason: "llm.orders.scoring names no model that can be asked"
                    )
                }
            }
        }
        self.init(links, last: files.builtin, limit: patience)
    }
}

extension SentimentConfig {
    fileprivate func huggingfaceLack(_ files: SentimentFiles) -> String? {
        if huggingfaceBase.isEmpty { return "sentiment.huggingface_base is not set" }
        return files.huggingface == nil ? "sentiment.huggingface_key is not set" : nil
    }
}

extension ModelDesk {
    /// Whether there is a model that may say what texts mean.
    fileprivate func canScore(_ settings: LLMConfig) -> Bool {
        // By the settings that come next: the models are replaced after whoever asks them.
        settings.orders.scoring.flatMap(LLMConfig.names).contains { name in
            settings.models[name].flatMap { settings.providers[$0.provider] }.map { provider in
                !provider.base.isEmpty && (!provider.needsKey || provider.key.isSet)
            } ?? false
        }
    }

    /// Has a model judge.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - patience: how long it may take.
    /// - Returns: what became of it.
    fileprivate func score(_ request: ModelRequest, patience: Duration) async -> CallReport {
        await router.answer(request, for: .scoring) { settings in
            settings.holdsBack = true
            settings.firstContent = min(settings.firstContent, patience)
            settings.firstContentOf = [:]
            settings.total = patience
            settings.repeatsMax = 0
        } _: { _, _ in
        }
    }
}

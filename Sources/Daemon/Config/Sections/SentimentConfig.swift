/// The `[sentiment]` section: who says what a text means for the market, and how often its mood is reckoned.
package struct SentimentConfig: ConfigSection {
    package enum Backend: String, ConfigChoice {
        /// The trained model that is part of the program.
        case builtin
        /// The table of words that is part of the program.
        case keyword
        case huggingface
        /// A text-embeddings-inference server.
        case tei
        /// The language models of `llm.orders.scoring`.
        case model
        /// A model that ONNX Runtime works out on this machine.
        case onnx
    }

    package enum OnnxLabel: String, ConfigChoice {
        case positive
        case negative
        case neutral
    }

    /// Who is asked, in this order; the built-in one comes last in any case.
    package var order: [Backend] = [.builtin]
    /// A model that `cryptocallctl sentiment train` has made, for the built-in classifier; empty for the program's own.
    package var modelFile = ""
    /// How long those that are not part of the program may take together.
    package var limitSeconds = 1.8
    package var huggingfaceBase = "https://router.huggingface.co/hf-inference"
    package var huggingfaceModel = "ProsusAI/finbert"
    /// Whether the model takes the labels with the question.
    package var huggingfaceZeroShot = false
    package var huggingfaceKey = Credential()
    /// Empty where there is none.
    package var teiBase = ""
    package var teiKey = Credential()
    /// ONNX Runtime: a path, or a name that the system's loader finds.
    package var onnxLibrary = "libonnxruntime.so"
    /// A classifier of BERT's family as an ONNX file; empty for none.
    package var onnxModel = ""
    /// Its vocab.txt.
    package var onnxVocabulary = ""
    /// What its scores stand for, in their order.
    package var onnxLabels: [OnnxLabel] = [.positive, .negative, .neutral]
    /// Whether it knows small letters without accents only.
    package var onnxUncased = true
    /// How often the index is asked for, and what the news come to is told.
    package var indexSeconds = 3600.0
    /// How far back the news that make up the mood go.
    package var newsHours = 24

    package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

    package init() {}

    /// Addresses that are asked.
    var bases: [String] {
        let services = [(Backend.huggingface, huggingfaceBase), (.tei, teiBase)].filter { order.contains($0.0) }
        return services.map(\.1).filter { !$0.isEmpty }
    }

    package func problems() -> [ConfigProblem] {
        let bases: [(ConfigPath, String)] = [
            ("huggingface_base", huggingfaceBase), ("tei_base", teiBase),
        ]
        return ConfigProblem.repeated("order", order.map(\.rawValue))
            + (order.isEmpty ? [.invalid("order", "must not be empty")] : [])
            + (modelFile.isEmpty || modelFile.hasPrefix("/")
                ? [] : [.invalid("model_file", "must be an absolute path")])
            + ConfigProblem.range("limit_seconds", limitSeconds, 0.1...30)
            + ConfigProblem.range("index_seconds", indexSeconds, 60...86_400)
            + ConfigProblem.range("news_hours", newsHours, 1...720)
            + bases.flatMap(SentimentConfig.addressProblems) + modelProblems + onnxProblems
    }

    private static func addressProblems(_ path: ConfigPath, _ address: String) -> [ConfigProblem] {
        guard !address.isEmpty else { return [] }
        guard let url = URLText(address), ["http", "https"].contains(url.scheme) else {
            return [.invalid(path, "must be an http or https URL, or empty")]
        }
        return url.hasUserInfo ? [.invalid(path, "must not hold a user or a password")] : []
    }

    private var onnxProblems: [ConfigProblem] {
        let files: [(ConfigPath, String)] = [("onnx_model", onnxModel), ("onnx_vocabulary", onnxVocabulary)]
        return files.compactMap { path, file in
            file.isEmpty || file.hasPrefix("/") ? nil : .invalid(path, "must be an absolute path")
        }
            + (onnxLibrary.isEmpty ? [.invalid("onnx_library", "must not be empty")] : [])
            + ((2...3).contains(onnxLabels.count) ? [] : [.invalid("onnx_labels", "must be two or three labels")])
            + ConfigProblem.repeated("onnx_labels", onnxLabels.map(\.rawValue))
    }

    /// It becomes part of a path.
    private var modelProblems: [ConfigProblem] {
        let parts = huggingfaceModel.split(separator: "/", omittingEmptySubsequences: false)
        let isName = (1...2).contains(parts.count) && parts.allSatisfy { Credential.isValid(name: String($0)) }
        return isName ? [] : [.invalid("huggingface_model", "must be a model such as \"ProsusAI/finbert\"")]
    }
}

import Credits

/// The `[llm]` section: which language models there are, what they cost, and whom to ask first.
package struct LLMConfig: ConfigSection {
    package enum Wire: String, ConfigChoice {
        /// OpenAI's `/chat/completions`, which most speak.
        case chat
        /// Anthropic's `/messages`.
        case messages
    }

    package enum Balance: String, ConfigChoice {
        case inOrder = "in_order"
        case leastLatency = "least_latency"
        case weighted
    }

    /// The day on which the prices below were read.
    package var pricesAsOf = "2026-11-21"
    package var firstContentSeconds = 20.0
    package var gapSeconds = 20.0
    package var totalSeconds = 120.0
    /// How often one call asks, whoever it is.
    package var attemptsMax = 6
    /// How often the same model is asked again after a failure.
    package var repeatsMax = 1
    /// What may be asked again, or of a second model at once, for each that is asked.
    package var extraShare = 0.2
    /// A second model is asked beside one that is silent for longer than in that share of its answers; 0 for never.
    package var hedgeQuantile = 0.0
    /// Calls under way at one model.
    package var atOnceMax = 64
    package var breakerFailures = 3
    package var breakerOpenSeconds = 5.0
    package var breakerOpenMaxSeconds = 60.0
    /// How often a provider that is left alone is looked at.
    package var probeSeconds = 2.0
    /// Who is asked first among models with a `|` between them.
    package var balance = Balance.inOrder
    /// By the name that models refer to.
    package var providers = LLMConfig.shippedProviders
    /// By the name that clients use.
    package var models = LLMConfig.shipped
    package var orders = Orders()

    package static var reloadableKeys: Set<String> {
        Set(ConfigEncoder.fields(of: Self()).map(\.name))
    }

    package init() {}

    /// One of the `[llm.providers.NAME]` tables.
    package struct Provider: ConfigSection {
        /// Without a path behind its version; empty for a provider that is not used.
        package var base = ""
        package var key = Credential()
        package var wire = Wire.chat
        /// Of the interface, where the provider has several.
        package var version = ""
        package var needsKey = true
        /// Has `/responses` with a search of X.
        package var searches = false

        package init() {}

        init(
            base: String,
            wire: Wire = .chat,
            version: String = "",
            needsKey: Bool = true,
            searches: Bool = false
        ) {
            self.base = base
            self.wire = wire
            self.version = version
            self.needsKey = needsKey
            self.searches = searches
        }

        package static var reloadableKeys: Set<String> {
            Set(ConfigEncoder.fields(of: Self()).map(\.name))
        }

        package func problems() -> [ConfigProblem] {
            let wires: [ConfigProblem] =
                searches && wire != .chat ? [.invalid("searches", "needs the wire \"chat\"")] : []
            guard !base.isEmpty else { return wires }
            guard let url = URLText(base), ["http", "https"].contains(url.scheme) else {
                return wires + [.invalid("base", "must be an http or https URL")]
            }
            return wires + (url.hasUserInfo ? [.invalid("base", "must not hold a user or a password")] : [])
        }
    }

    /// One of the `[llm.models.NAME]` tables.
    package struct Model: ConfigSection {
        /// One of the providers above.
        package var provider = ""
        /// What the provider calls it.
        package var model = ""
        /// Under which name the ledger keeps its charges.
        package var ledger = "local"
        /// Credits for a thousand tokens, and for each call.
        package var creditsInput = 1.0
        package var creditsOutput = 1.0
        package var creditsCall = 1
        /// US dollars for a million tokens, as decimal texts.
        package var usdInput = "0"
        package var usdCached = "0"
        package var usdOutput = "0"
        /// US dollars for a thousand searches.
        package var usdSearch = "0"
        package var contextTokens = 128_000
        package var outputTokensMax = 8192
        /// Beside others with a `|` between them.
        package var weight = 1
        /// How long it may take to say something; 0 for as long as the others.
        package var firstContentSeconds = 0.0
        /// Takes `max_tokens`, and not `max_completion_tokens`.
        package var usesMaxTokens = false
        /// Takes no temperature.
        package var refusesSampling = false
        /// Sends what it thinks twice.
        package var repeatsReasoning = false

        package init() {}

        package func problems() -> [ConfigProblem] {
            let prices: [(ConfigPath, Double)] = [("credits_input", creditsInput), ("credits_output", creditsOutput)]
            let dollars: [(ConfigPath, String)] = [
                ("usd_input", usdInput), ("usd_cached", usdCached), ("usd_output", usdOutput),
                ("usd_search", usdSearch),
            ]
            return ConfigProblem.oneLine("model", model, bytesMax: 200)
                + (model.isEmpty ? [.invalid("model", "must not be empty")] : [])
                + (LLMConfig.ledgers.contains(ledger)
                    ? [] : [.invalid("ledger", "must be one of \(LLMConfig.ledgers.joined(separator: ", "))")])
                + prices.flatMap { ConfigProblem.range($0, $1, 0...1_000_000) }
                + ConfigProblem.range("credits_call", creditsCall, 0...1_000_000)
                + dollars.compactMap { path, text in
                    USDPrice(text) == nil
                        ? .invalid(path, "must be dollars such as \"0.15\", with four places behind the point at most")
                        : nil
                }
                + ConfigProblem.range("context_tokens", contextTokens, 256...100_000_000)
                + ConfigProblem.range("output_tokens_max", outputTokensMax, 1...10_000_000)
                + ConfigProblem.range("weight", weight, 0...1000)
                + ConfigProblem.range("first_content_seconds", firstContentSeconds, 0...3600)
        }
    }

    /// The `[llm.orders]` table: names of models, the first is asked first; a `|` stands between equals.
    package struct Orders: ConfigSection {
        package var chat = ["grok", "gpt", "claude", "groq", "local"]
        package var tools = ["gpt", "claude", "grok", "local"]
        package var explain = ["claude", "gpt", "grok", "local"]
        package var creative = ["claude", "gpt", "grok", "local"]
        package var scoring = ["gpt", "claude", "grok", "local"]
        package var host = ["groq", "grok", "gpt", "claude", "local"]
        package var trends = ["grok"]

        package init() {}

        package static var reloadableKeys: Set<String> {
            Set(ConfigEncoder.fields(of: Self()).map(\.name))
        }

        var all: [(name: String, order: [String])] {
            [
                ("chat", chat), ("tools", tools), ("explain", explain), ("creative", creative), ("scoring", scoring),
                ("host", host), ("trends", trends),
            ]
        }
    }

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("first_content_seconds", firstContentSeconds, 0.1...3600)
            + ConfigProblem.range("gap_seconds", gapSeconds, 0.1...3600)
            + ConfigProblem.range("total_seconds", totalSeconds, 1...3000)
            + ConfigProblem.range("attempts_max", attemptsMax, 1...50)
            + ConfigProblem.range("repeats_max", repeatsMax, 0...5)
            + ConfigProblem.range("extra_share", extraShare, 0...1)
            + (hedgeQuantile == 0 || (0.5...0.999).contains(hedgeQuantile)
                ? [] : [.invalid("hedge_quantile", "must be 0 or from 0.5 to 0.999")])
            + ConfigProblem.range("at_once_max", atOnceMax, 1...10_000)
            + ConfigProblem.range("breaker_failures", breakerFailures, 1...100)
            + ConfigProblem.range("breaker_open_seconds", breakerOpenSeconds, 0.1...3600)
            + ConfigProblem.range("breaker_open_max_seconds", breakerOpenMaxSeconds, 0.1...86_400)
            + ConfigProblem.range("probe_seconds", probeSeconds, 0.2...3600)
            + modelProblems + orderProblems
    }

    private var modelProblems: [ConfigProblem] {
        models.sorted { $0.key < $1.key }.compactMap { name, model in
            providers[model.provider] != nil
                ? nil
                : .invalid(
                    ConfigPath("models").key(name).key("provider"),
                    "must be one of \(providers.keys.sorted().joined(separator: ", "))"
                )
        }
    }

    private var orderProblems: [ConfigProblem] {
        orders.all.flatMap { task, order in
            order.enumerated().flatMap { position, rung in
                LLMConfig.names(of: rung).filter { models[$0] == nil }.map { name in
                    .invalid(
                        ConfigPath("orders").key(task).index(position),
                        "there is no model \(TOMLText.string(name)) in llm.models"
                    )
                }
            }
        }
    }

    /// Names that charges for models stand under.
    static let ledgers = [CreditSource.grok, .gpt, .claude, .groq, .local].map(\.rawValue)

    /// The models of one place in an order.
    static func names(of rung: String) -> [String] {
        rung.split(separator: "|").map { $0.trimmingPrefix(while: \.isWhitespace) }.map { text in
            String(text.reversed().drop { $0.isWhitespace }.reversed())
        }
    }
}

extension LLMConfig {
    /// Where the providers are unless the settings say otherwise.
    static var shippedProviders: [String: Provider] {
        [
            "xai": Provider(base: "https://api.x.ai/v1", searches: true),
            "openai": Provider(base: "https://api.openai.com/v1"),
            "anthropic": Provider(base: "https://api.anthropic.com/v1", wire: .messages, version: "2023-06-01"),
            "groq": Provider(base: "https://api.groq.com/openai/v1"),
            "gemini": Provider(base: "https://generativelanguage.googleapis.com/v1beta/openai"),
            "openrouter": Provider(base: "https://openrouter.ai/api/v1"),
            // A server of one's own has no address before somebody gives it one.
            "local": Provider(base: "", needsKey: false),
        ]
    }

    /// What is known of models unless the settings say otherwise: names and prices as of `prices_as_of`.
    static var shipped: [String: Model] {
        func model(
            _ provider: String,
            _ name: String,
            ledger: String,
            credits: (Double, Double, Int),
            usd: (String, String, String),
            context: Int,
            _ change: (inout Model) -> Void = { _ in }
        ) -> Model {
            var model = Model()
            (model.provider, model.model, model.ledger) = (provider, name, ledger)
            (model.creditsInput, model.creditsOutput, model.creditsCall) = credits
            (model.usdInput, model.usdCached, model.usdOutput) = usd
            model.contextTokens = context
            change(&model)
            return model
        }
        return [
            "grok": model(
                "xai",
                "grok-4.3",
                ledger: "grok",
                credits: (1, 4, 1),
                usd: ("1.25", "0.2", "2.5"),
                context: 1_000_000
            ) {
                $0.repeatsReasoning = true
                $0.usdSearch = "5"
            },
            "gpt": model(
                "openai",
                "gpt-5.6-luna",
                ledger: "gpt",
                credits: (3, 10, 2),
                usd: ("0.2", "0.02", "1.2"),
                context: 272_000
            ) { $0.refusesSampling = true },
            "claude": model(
                "anthropic",
                "claude-haiku-4-5",
                ledger: "claude",
                credits: (3, 10, 2),
                usd: ("1", "0.1", "5"),
                context: 200_000
            ),
            "groq": model(
                "groq",
                "openai/gpt-oss-120b",
                ledger: "groq",
                credits: (1, 4, 1),
                usd: ("0.15", "0.075", "0.6"),
                context: 131_072
            ),
            "gemini": model(
                "gemini",
                "gemini-3.6-flash",
                ledger: "gpt",
                credits: (3, 10, 2),
                usd: ("0.75", "0.075", "3.75"),
                context: 1_000_000
            ) { $0.usesMaxTokens = true },
            "local": model(
                "local",
                "llama3.2",
                ledger: "local",
                credits: (0, 0, 1),
                usd: ("0", "0", "0"),
                context: 8192
            ) {
                $0.usesMaxTokens = true
                $0.firstContentSeconds = 90
            },
        ]
    }
}

/// US dollars: an amount, or a price for a million tokens or a thousand searches.
struct USDPrice: Hashable {
    /// What one token costs when this is for a million of them, in 1e-10 dollars.
    let ticksPerToken: Int64
    /// What one search costs when this is for a thousand of them.
    var ticksPerSearch: Int64 { ticksPerToken * 1000 }
    /// The amount itself.
    var ticks: Int64 { ticksPerToken * 1_000_000 }

    /// - Parameter text: such as `0.075`; four places behind the point at most, so that it is a whole number of ticks.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, (1...6).contains(whole.count),
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else { return nil }
        let places = parts.count == 2 ? parts[1] : ""
        guard places.count <= 4, let number = Int64(whole + places + String(repeating: "0", count: 4 - places.count))
        else { return nil }
        ticksPerToken = number
    }
}

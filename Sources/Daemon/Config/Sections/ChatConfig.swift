/// The `[chat]` section: what people may ask the models, and how much.
package struct ChatConfig: ConfigSection {
    package enum Tier: String, ConfigChoice {
        case free, pro, enterprise
    }

    package var messageCharactersMax = 4000
    /// Turns of one conversation.
    package var turnsMax = 10
    /// The most that a single call may cost, in credits.
    package var priceCap = 100
    /// Calls under way at once.
    package var atOnceMax = 1000
    package var outputTokensFree = 1024
    package var outputTokensPro = 4096
    package var outputTokensEnterprise = 8192
    /// For how long the answer to a question for signals is given again to the same person; 0 for not at all.
    package var cacheSignalSeconds = 300
    /// The same for what a word means.
    package var cacheTermDays = 30
    /// The least tier that may use `/v1/chat/completions`.
    package var completionsTier = Tier.enterprise

    package static var reloadableKeys: Set<String> { Set(ConfigEncoder.fields(of: Self()).map(\.name)) }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("message_characters_max", messageCharactersMax, 1...1_000_000)
            + ConfigProblem.range("turns_max", turnsMax, 1...1000)
            + ConfigProblem.range("price_cap", priceCap, 1...1_000_000_000)
            + ConfigProblem.range("at_once_max", atOnceMax, 1...100_000)
            + ConfigProblem.range("cache_signal_seconds", cacheSignalSeconds, 0...86_400)
            + ConfigProblem.range("cache_term_days", cacheTermDays, 0...365)
            + ConfigProblem.range("output_tokens_free", outputTokensFree, 1...10_000_000)
            + ConfigProblem.range("output_tokens_pro", outputTokensPro, 1...10_000_000)
            + ConfigProblem.range("output_tokens_enterprise", outputTokensEnterprise, 1...10_000_000)
    }
}

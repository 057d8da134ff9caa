package import Domain

/// How much people may ask the models, by the settings of the moment.
package struct ChatLimits: Hashable, Sendable {
    package var messageCharactersMax = 4000
    /// Turns of one conversation.
    package var turnsMax = 10
    package var outputTokensMax: [Tier: Int] = [.free: 1024, .pro: 4096, .enterprise: 8192]

    /// The least tier that may use OpenAI's interface.
    package var completionsTier = Tier.enterprise

    /// For how long the answer to a question for signals is given again, and that to what a word means; not at all when
    /// zero.
    package var signalsLifetime: Duration = .seconds(300)
    package var termLifetime: Duration = .seconds(30 * 86_400)
    /// Such as `BTC`: those that are followed.
    package var symbols: Set<String> = []

    package init() {}

    /// - Returns: the most tokens of an answer.
    func outputTokens(for tier: Tier, wanted: Int? = nil) -> Int {
        let most = outputTokensMax[tier] ?? 1024
        return wanted.map { min($0, most) } ?? most
    }
}

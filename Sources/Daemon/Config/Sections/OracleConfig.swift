import Domain
import WalletOracle

/// The `[oracle]` section: how wallets are looked at, and what pays for a call.
package struct OracleConfig: ConfigSection {
    /// Where Helius is, without a path; the key goes along with each question.
    package var heliusBase = "https://api-mainnet.helius-rpc.com"
    /// The credential with the key for it; without one only nodes are asked, who know of no trades.
    package var heliusKey = Credential()
    /// How far figures look back.
    package var days = 30
    package var cacheMinutes = 60
    /// How hard the oracle may be: `mild`, `spicy`, `fire` or `savage`.
    package var roast = RoastLevel.default.rawValue
    /// The credential with the key that reports are signed with: a Solana key file's numbers or a seed; without one the
    /// station makes a key and keeps it.
    package var reportKey = Credential()
    /// The token on Solana that is burned for a call: its mint; empty while there is none.
    package var burnToken = ""
    /// The token account that counts as burning, since nobody can spend from it.
    package var burnAccount = ""
    /// The token account of the treasury; half of what it gets is to be burned.
    package var treasuryAccount = ""
    /// The pair whose price is that of the token, such as "SOL-USD"; one of those that are followed.
    package var burnPair = ""
    /// What a call costs, in US dollars, as a decimal text.
    package var burnUsd = "2"
    /// The credential with what Helius has to send in the Authorization header; without one no webhook is taken.
    package var webhookSecret = Credential()
    /// How often payments are looked for that nobody has told of; whole minutes.
    package var pollSeconds = 300

    package static var reloadableKeys: Set<String> { ["days", "cache_minutes", "roast"] }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("days", days, 1...365)
            + ConfigProblem.range("cache_minutes", cacheMinutes, 1...10_080)
            + ConfigProblem.range("poll_seconds", pollSeconds, 60...3540)
            + (pollSeconds % 60 == 0 ? [] : [.invalid("poll_seconds", "must be whole minutes, such as 300")])
            + baseProblems + tokenProblems
            + (RoastLevel(parsing: roast) == nil
                ? [.invalid("roast", "must be mild, spicy, fire or savage")] : [])
            + (fee.map { $0.isPositive } ?? false
                ? [] : [.invalid("burn_usd", "must be dollars above zero, such as \"2\"")])
    }

    private var baseProblems: [ConfigProblem] {
        guard let address = URLText(heliusBase), ["http", "https"].contains(address.scheme), !address.hasUserInfo,
            !heliusBase.contains("?"), !heliusBase.contains("#")
        else { return [.invalid("helius_base", "must be an http or https URL without a user, a query or a fragment")] }
        return []
    }

    private var tokenProblems: [ConfigProblem] {
        let addresses: [(ConfigPath, String)] = [
            ("burn_token", burnToken), ("burn_account", burnAccount), ("treasury_account", treasuryAccount),
        ]
        return addresses.filter { $0.1.utf8.count > 64 }.map {
            .invalid($0.0, "must be an address of at most 64 characters")
        }
            + (burnPair.isEmpty || TradingPair(burnPair) != nil
                ? [] : [.invalid("burn_pair", "must be a pair such as \"SOL-USD\", or empty")])
    }

    /// In dollars.
    var fee: ExactDecimal? { ExactDecimal(burnUsd) }

    /// Whom the oracle asks beside the chain's endpoints.
    var bases: [String] { heliusKey.isSet ? [heliusBase] : [] }

    /// Each time that payments are looked for.
    var cron: String { "*/\(max(1, pollSeconds / 60)) * * * *" }
}

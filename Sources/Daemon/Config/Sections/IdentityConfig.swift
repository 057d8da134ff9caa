/// The `[identity]` section: accounts, and the tokens that they get.
package struct IdentityConfig: ConfigSection {
    package enum Registration: String, ConfigChoice {
        /// Anybody may make an account; it is a client of the free tier.
        case open
        /// Administrators make accounts.
        case closed
    }

    package enum Algorithm: String, ConfigChoice {
        /// HMAC with SHA-256.
        case hs256
        /// Ed25519.
        case eddsa
    }

    package var registration = Registration.open
    package var algorithm = Algorithm.hs256
    /// The secret that access tokens are signed with; empty for one that the station makes and keeps in its state folder.
    package var tokenKey = Credential()
    /// The one before it, whose tokens are still good.
    package var tokenKeyPrevious = Credential()
    /// The issuer in access tokens, and their audience.
    package var issuer = "cryptocall"
    /// How long an access token is good for.
    package var accessMinutes = 60
    /// How long a session lives without being refreshed or used.
    package var refreshDays = 7
    /// What wallets are told asks for their signature.
    package var domain = "localhost"

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.oneLine("issuer", issuer, bytesMax: 200)
            + ConfigProblem.range("access_minutes", accessMinutes, 1...1440)
            + ConfigProblem.range("refresh_days", refreshDays, 1...365)
            + ConfigProblem.oneLine("domain", domain, bytesMax: 253)
            + (tokenKeyPrevious.isSet && !tokenKey.isSet
                ? [.invalid("token_key_previous", "needs token_key: it is the key before that one")] : [])
    }
}

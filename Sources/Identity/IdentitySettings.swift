/// How accounts and credentials are handled.
package struct IdentitySettings: Hashable, Sendable {
    /// Whether anybody may make an account.
    package var isRegistrationOpen = true
    /// How long an access token is good for.
    package var accessLifetime: Duration = .seconds(3600)
    /// How long a session lives after its last refresh, or a browser's after its last use.
    package var sessionLifetime: Duration = .seconds(7 * 86_400)
    /// Wrong passwords in a row until the account is locked.
    package var failuresMax = 5
    /// For how long it is locked then.
    package var lockDuration: Duration = .seconds(15 * 60)
    /// How long a refresh token that has just been used is taken for a retry and not for a theft.
    package var refreshGrace: Duration = .seconds(10)
    /// How old what is known of a credential may be before the store is asked again.
    package var recheckAfter: Duration = .seconds(5)
    /// How often at most the last use of a session or key is written.
    package var noteUseEvery: Duration = .seconds(60)
    /// How long a wallet challenge can be answered.
    package var challengeLifetime: Duration = .seconds(5 * 60)
    /// The name of the station that wallets are shown when they sign.
    package var domain = "localhost"
    /// Sessions that one account may have at a time; the one longest unused makes way.
    package var sessionsMax = 100
    /// Keys that one account may have, the revoked and expired not counted.
    package var keysMax = 50
    package var walletsMax = 20
    /// Challenges of one account that wait for their signature.
    package var challengesMax = 10

    package init() {}
}

/// How live updates are served.
package struct LiveSettings: Hashable, Sendable {
    /// Connections at once, server-sent events and WebSocket together.
    package var connectionsMax = 2000
    /// Of those, from one address.
    package var connectionsPerAddressMax = 100
    /// Seconds after which the state of a group is told again though it has not changed; 0 for never.
    package var repeatSeconds: [LiveGroup: Int] = [
        .market: 5, .whales: 15, .pools: 20, .health: 30, .news: 60, .prices: 300, .sentiment: 3600,
    ]
    var pulse = LivePulse.Settings()
    var outbox = LiveOutbox.Limits()
    var allowance = MessageAllowance.Settings()
    /// Seconds from one look at a client's credential to the next.
    var credentialSeconds = 10
    /// Events that wait for the hub; beyond them the oldest go.
    var tapMax = 8192
    /// How many pages of the log, or credentials, are looked up at once.
    var lookUpsMax = 4
    /// Seconds that the clients have for a goodbye.
    var goodbyeSeconds = 1

    package init() {}
}

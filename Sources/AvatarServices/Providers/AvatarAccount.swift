package import Bus
package import HTTPClient

/// Whose account at a service, and the way there.
package struct AvatarAccount: Sendable {
    let key: String?
    let settings: AvatarServiceSettings
    let transport: any HTTPTransport
    let stopwatch: Stopwatch
    let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - key: ours, as the service wants it; without one it is unavailable.
    ///   - settings: where it is, and how long it is waited for.
    ///   - transport: sends requests.
    ///   - stopwatch: measures how long it is left alone.
    ///   - now: what time it is.
    package init(
        key: String?,
        settings: AvatarServiceSettings,
        transport: any HTTPTransport,
        stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.key = key
        self.settings = settings
        self.transport = transport
        self.stopwatch = stopwatch
        self.now = now
    }
}

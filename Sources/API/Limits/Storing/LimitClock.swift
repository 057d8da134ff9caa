package import Bus

/// The times that limiters need: how long ago something was, and what time it is roughly.
package struct LimitClock: Sendable {
    /// Since some moment; never goes back.
    let uptime: @Sendable () -> Duration
    /// The wall clock: a first guess of the database's time.
    let wall: @Sendable () -> Timestamp
    /// Measures how long a request waits for the store.
    let patience: any Clock<Duration>

    package init(
        uptime: @escaping @Sendable () -> Duration,
        wall: @escaping @Sendable () -> Timestamp,
        patience: any Clock<Duration> = ContinuousClock()
    ) {
        self.uptime = uptime
        self.wall = wall
        self.patience = patience
    }

    /// The machine's.
    package static var system: LimitClock {
        let start = ContinuousClock.now
        return LimitClock(uptime: { start.duration(to: .now) }, wall: { .now })
    }
}

/// What the database's time is, as far as its last answer tells.
struct DatabaseTime: Hashable, Sendable {
    private var ahead: Duration
    /// Whether it has answered at all; before, it is the wall clock's.
    private(set) var isKnown = false

    init(_ clock: LimitClock) { ahead = DatabaseTime.distance(clock.wall(), clock.uptime()) }

    /// The time it was when the answer came, or a little later.
    mutating func note(_ time: Timestamp, at uptime: Duration) {
        ahead = DatabaseTime.distance(time, uptime)
        isKnown = true
    }

    func guess(at uptime: Duration) -> Timestamp { Timestamp(nanoseconds: 0).advanced(by: ahead + uptime) }

    private static func distance(_ time: Timestamp, _ uptime: Duration) -> Duration {
        .nanoseconds(time.nanoseconds) - uptime
    }
}

/// How patient the watchdog is.
package struct WatchdogPolicy: Hashable, Sendable {
    /// How often it looks.
    package var interval: Duration
    /// How long a job may wait for a thread of the concurrency pool.
    package var canaryLateMax: Duration
    /// A look that comes later than this says that the whole process was held up, not that a part of it hangs.
    package var tickLateMax: Duration
    /// So many late looks in a row are forgiven; after that the process is judged as it is.
    package var lateTicksForgivenMax = 3

    package init(interval: Duration, canaryLateMax: Duration, tickLateMax: Duration) {
        self.interval = interval
        self.canaryLateMax = canaryLateMax
        self.tickLateMax = tickLateMax
    }

    /// Looks every second and lets the pool be busy for five.
    package static let standard = WatchdogPolicy(
        interval: .seconds(1),
        canaryLateMax: .seconds(5),
        tickLateMax: .seconds(2)
    )
}

/// What the watchdog saw in one look.
package struct WatchdogObservation: Sendable {
    package var now: Moment
    /// When the canary that has not been answered was sent; `nil` when none is out.
    package var canarySentAt: Moment?
    /// How long the last answered canary waited.
    package var canaryLateness: Duration?
    package var probes: [Reading]

    package init(now: Moment, canarySentAt: Moment?, canaryLateness: Duration? = nil, probes: [Reading] = []) {
        self.now = now
        self.canarySentAt = canarySentAt
        self.canaryLateness = canaryLateness
        self.probes = probes
    }

    /// One liveness stamp.
    package struct Reading: Sendable {
        package let name: String
        package let last: Moment
        package let silenceMax: Duration

        package init(name: String, last: Moment, silenceMax: Duration) {
            self.name = name
            self.last = last
            self.silenceMax = silenceMax
        }
    }
}

/// Whether the process is fit to go on.
package enum WatchdogVerdict: Hashable, Sendable {
    case alive
    /// It will not recover by itself: it must not be reported alive any more, whatever it does later.
    case wedged(Reason)

    package enum Reason: Hashable, Sendable, CustomStringConvertible {
        /// No thread of the concurrency pool has been free for that long.
        case poolBlocked(Duration)
        /// A part of the program has not shown a sign of life for that long.
        case silent(String, Duration)

        package var description: String {
            switch self {
            case .poolBlocked(let age): "the concurrency pool has not run a job for \(age)"
            case .silent(let name, let age): "\(name) has shown no sign of life for \(age)"
            }
        }
    }
}

/// The watchdog's judgement, as a value.
package struct WatchdogState: Sendable {
    private let policy: WatchdogPolicy
    private var lastTick: Moment
    /// Nothing before this moment is held against anybody: the process was not running properly then.
    private var baseline: Moment
    private var lateTicks = 0
    package private(set) var verdict: WatchdogVerdict = .alive
    /// How late the last look came.
    package private(set) var tickLateness: Duration = .zero

    package init(_ policy: WatchdogPolicy, at now: Moment) {
        self.policy = policy
        lastTick = now
        baseline = now
    }

    /// Judges one look.
    ///
    /// Once wedged, it stays so.
    package mutating func judge(_ observation: WatchdogObservation) -> WatchdogVerdict {
        let now = observation.now
        tickLateness = max(.zero, (lastTick + policy.interval).duration(to: now))
        lastTick = now
        forgiveIfLate(at: now)
        guard verdict == .alive else { return verdict }
        if let sentAt = observation.canarySentAt {
            let age = max(sentAt, baseline).duration(to: now)
            if age > policy.canaryLateMax { verdict = .wedged(.poolBlocked(age)) }
        }
        for probe in observation.probes where verdict == .alive {
            let age = max(probe.last, baseline).duration(to: now)
            if age > probe.silenceMax { verdict = .wedged(.silent(probe.name, age)) }
        }
        return verdict
    }

    private mutating func forgiveIfLate(at now: Moment) {
        guard tickLateness > policy.tickLateMax else {
            lateTicks = 0
            return
        }
        lateTicks += 1
        if lateTicks <= policy.lateTicksForgivenMax { baseline = now }
    }
}

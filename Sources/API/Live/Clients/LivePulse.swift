/// When a client gets a sign of life, and when it counts as gone.
///
/// A plain value, told of every second.
struct LivePulse {
    struct Settings: Hashable, Sendable {
        /// Seconds from one sign of life to the next.
        var everySeconds = 10
        /// So many pings in a row without an answer, and the client is gone.
        var missedMax = 3
        /// Seconds after which a client that takes nothing is gone.
        var stalledSeconds = 30
        /// Seconds that a client has to take a goodbye, and to answer it.
        var closingSeconds = 2
    }

    enum Verdict: Hashable {
        case nothing
        case beat
        case end(LiveEnding)
    }

    private let settings: Settings
    private let expectsAnswers: Bool
    private var secondsToBeat: Int
    private var missed = 0
    private var stalledSeconds = 0

    init(_ kind: LiveKind, _ settings: Settings) {
        self.settings = settings
        expectsAnswers = kind == .socket
        secondsToBeat = settings.everySeconds
    }

    /// The client answered a ping.
    mutating func noteAnswer() { missed = 0 }

    /// A second has passed.
    ///
    /// - Parameter isStalled: whether the client has left no room to write anything.
    /// - Returns: what to do.
    mutating func second(isStalled: Bool) -> Verdict {
        stalledSeconds = isStalled ? stalledSeconds + 1 : 0
        if stalledSeconds >= settings.stalledSeconds { return .end(.stalled) }
        secondsToBeat -= 1
        guard secondsToBeat <= 0 else { return .nothing }
        secondsToBeat = settings.everySeconds
        guard expectsAnswers else { return .beat }
        if missed >= settings.missedMax { return .end(.silent) }
        missed += 1
        return .beat
    }
}

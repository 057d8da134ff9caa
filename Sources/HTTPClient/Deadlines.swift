import Threading

/// The time limits of `HTTPLimits` as durations, because turning seconds into those takes a while.
struct TimeLimits: Hashable, Sendable {
    let connect: Duration
    let firstByte: Duration
    let idle: Duration

    init(_ limits: HTTPLimits) {
        connect = .seconds(limits.connectSeconds)
        firstByte = .seconds(limits.firstByteSeconds)
        idle = .seconds(limits.idleSeconds)
    }
}

/// Which time limit of one request is over, if any.
///
/// Pure: every instant comes from the caller.
struct Deadlines {
    typealias Instant = ContinuousClock.Instant

    private enum Phase {
        case connecting
        case awaitingHead
        case receiving
        case heldBack
    }

    private let limits: TimeLimits
    private let totalEnd: Instant?
    private var phase = Phase.connecting
    private var phaseEnd: Instant?

    init(limits: TimeLimits, totalEnd: Instant?, now: Instant) {
        self.limits = limits
        self.totalEnd = totalEnd
        phaseEnd = now.advanced(by: limits.connect)
    }

    /// The connection is ready and the request goes out.
    mutating func connected(at now: Instant) {
        phase = .awaitingHead
        phaseEnd = now.advanced(by: limits.firstByte)
    }

    /// Bytes of the answer arrived.
    mutating func received(at now: Instant) {
        phase = .receiving
        phaseEnd = now.advanced(by: limits.idle)
    }

    /// The reader is behind: silence is not the sender's fault.
    mutating func heldBack() {
        phase = .heldBack
        phaseEnd = nil
    }

    /// The next instant at which a limit is over unless something happens before.
    var nextEnd: Instant? {
        guard let phaseEnd, let totalEnd else { return phaseEnd ?? totalEnd }
        return min(phaseEnd, totalEnd)
    }

    /// The limit that is over.
    func exceeded(at now: Instant) -> HTTPClientError.Code? {
        if let totalEnd, totalEnd <= now { return .totalTimeout }
        guard let phaseEnd, phaseEnd <= now else { return nil }
        return switch phase {
        case .connecting: .connectTimeout
        case .awaitingHead: .firstByteTimeout
        case .receiving: .idleTimeout
        case .heldBack: nil
        }
    }
}

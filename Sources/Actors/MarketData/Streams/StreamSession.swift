import Bus
import Market

/// The life of one exchange's stream, from one connection to the next: decisions only.
struct StreamSession: Sendable {
    struct Settings: Hashable, Sendable {
        /// From the moment that something was asked for to the first sign of it.
        var answerMax: Duration = .seconds(10)
        /// A stream that says nothing for so long is not believed to be alive, whatever its connection says.
        var silenceMax: Duration = .seconds(20)
        /// Exchanges cut connections after a day; ours ends earlier, when it suits us.
        var lifeMax: Duration = .seconds(23 * 3600)
        var backoff = Backoff(base: .seconds(1), cap: .seconds(120), jitter: 0.3, resetAfter: .seconds(60))
    }

    private let settings: Settings
    private var random: SplitMix64
    private(set) var phase = StreamStanding.Phase.connecting
    /// When the connection was open, and when the last sign of life came.
    private var openedAt: Duration = .zero
    private var heardAt: Duration = .zero
    private var liveSince: Duration?
    /// Failures since the last time that it stayed alive for a while.
    private var attempt = 0
    /// Why we have asked for an end.
    private var ourReason: String?
    /// Whether the end that comes is no failure.
    private var isPlanned = false
    /// What the exchange would not do, as long as it has done nothing else.
    private var refusal: String?

    init(settings: Settings, seed: UInt64) {
        self.settings = settings
        random = SplitMix64(state: seed)
    }

    mutating func connecting() {
        phase = .connecting
        (ourReason, isPlanned, refusal, liveSince) = (nil, false, nil, nil)
    }

    /// The connection is open, and what is wanted is being asked for.
    mutating func opened(at moment: Duration) {
        phase = .subscribing
        (openedAt, heardAt) = (moment, moment)
    }

    /// The exchange has said something that can be read.
    ///
    /// - Returns: whether the connection is to be closed, because the exchange is about to do so itself.
    mutating func heard(_ messages: [StreamMessage], at moment: Duration) -> Bool {
        heardAt = moment
        for message in messages {
            switch message {
            case .accepted, .trade, .candle, .price:
                if phase == .subscribing {
                    phase = .live
                    liveSince = moment
                }
            case .refused(let reason): refusal = reason
            case .closing:
                guard ourReason == nil else { continue }
                (ourReason, isPlanned) = ("the exchange closes the connection soon", true)
                return true
            case .heartbeat, .other: break
            }
        }
        return false
    }

    /// Looks at the time.
    ///
    /// - Returns: whether the connection is to be closed.
    mutating func look(at moment: Duration) -> Bool {
        guard ourReason == nil else { return false }
        switch phase {
        case .subscribing where moment - openedAt > settings.answerMax:
            ourReason = refusal.map { "refused: \($0)" } ?? "asked for, and not answered for \(settings.answerMax)"
        case .live where moment - heardAt > settings.silenceMax:
            ourReason = "silent for \(settings.silenceMax)"
        case .live where moment - openedAt > settings.lifeMax:
            (ourReason, isPlanned) = ("a new connection in good time", true)
        default: return false
        }
        return true
    }

    /// What becomes of a connection that has ended.
    struct Pause: Hashable, Sendable {
        let wait: Duration
        let reason: String
        /// Whether nothing has gone wrong.
        let isPlanned: Bool
    }

    /// The connection has ended, or there was none.
    mutating func ended(_ ending: StreamEnding, at moment: Duration) -> Pause {
        let reason = ourReason ?? refusal.map { "\(ending.reason), refused: \($0)" } ?? ending.reason
        let wasSteady = liveSince.map { moment - $0 >= settings.backoff.resetAfter } ?? false
        if wasSteady { attempt = 0 }
        phase = ending.isUnavailable ? .unavailable : .waiting
        // An exchange that announces the end of each connection at once is not asked at full speed.
        if isPlanned, wasSteady { return Pause(wait: .zero, reason: reason, isPlanned: true) }
        let grown = settings.backoff.delay(attempt: attempt, using: &random)
        attempt += 1
        let asked = min(ending.retryAfter ?? .zero, .seconds(3600))
        let wait = max(ending.isUnavailable ? settings.backoff.cap : grown, asked)
        return Pause(wait: wait, reason: reason, isPlanned: false)
    }
}

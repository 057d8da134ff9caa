/// How much a client may send: so many at once, refilled every second.
///
/// A plain value. A client that goes on after it was told, so many times, is closed.
struct MessageAllowance {
    struct Settings: Hashable, Sendable {
        var perSecond = 20
        var atOnce = 40
        /// How many messages beyond it are answered with an error before the connection is closed.
        var toldMax = 20
        /// Frames of any kind, so that pings and fragments are bounded too.
        var framesPerSecond = 200
    }

    enum Verdict: Hashable {
        case take
        case refuse
        case close
    }

    private let settings: Settings
    private var messages: Int
    private var frames: Int
    private var told = 0

    init(_ settings: Settings = Settings()) {
        self.settings = settings
        messages = settings.atOnce
        frames = settings.framesPerSecond
    }

    /// - Returns: whether another frame may come.
    mutating func takeFrame() -> Bool {
        frames -= 1
        return frames >= 0
    }

    mutating func takeMessage() -> Verdict {
        if messages > 0 {
            messages -= 1
            return .take
        }
        told += 1
        return told > settings.toldMax ? .close : .refuse
    }

    mutating func second() {
        messages = min(settings.atOnce, messages + settings.perSecond)
        frames = settings.framesPerSecond
        if messages == settings.atOnce { told = 0 }
    }
}

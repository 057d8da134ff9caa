/// What a tracker still has to do before it takes the next message, in order.
enum TrackerStep {
    case held(HeldEvent)
    case replay(ReplayStep)
    case snapshot(SnapshotStep)
    case check(SequenceCheck)
    /// Everything sent before this point has been handled.
    case complete
}

/// The event that revealed a gap; it waits for the repair.
struct HeldEvent {
    let event: Event
    var isTried = false
    var reason = Loss.Reason.notInLog

    init(_ event: Event) { self.event = event }
}

/// A stretch of the event log that is being read.
struct ReplayStep {
    let prefix: [UInt8]
    let first: UInt64
    let through: UInt64
    /// Whether it reads what was published while nobody listened, so that single gaps are not known.
    let catchesUp: Bool
    /// The sequence numbers that a heartbeat named, of topics that have not got that far.
    var behind: [ArraySlice<UInt8>: UInt64] = [:]
    var next: UInt64
    var isDone = false
    var hasFailed = false
    var reason = Loss.Reason.notInLog

    init(prefix: [UInt8], from: UInt64, through: UInt64, catchesUp: Bool = false) {
        self.prefix = prefix
        first = from
        next = from
        self.through = through
        self.catchesUp = catchesUp
    }
}

/// State events that are being read again.
struct SnapshotStep {
    let prefix: [UInt8]
    let behind: [ArraySlice<UInt8>: UInt64]
    /// The newest offset when they were found missing.
    let offset: UInt64
    var isDone = false
    var hasFailed = false
}

/// The sequence numbers of a welcome or heartbeat, to be compared with what has been received.
struct SequenceCheck {
    let sequences: [ArraySlice<UInt8>: UInt64]
    let offset: UInt64
    let isOwnWelcome: Bool

    init(_ message: StreamMessage, isOwnWelcome: Bool) {
        sequences = message.sequences
        offset = message.offset
        self.isOwnWelcome = isOwnWelcome
    }
}

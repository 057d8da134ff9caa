/// What a `SequenceTracker` wants done, in order.
enum TrackerAction {
    /// Hand this event out.
    case deliver(Event)
    /// Tell the caller, before handing out anything else.
    case lost(Loss)
    /// Ask `events.replay`; answer with `replayed`, `agedOut` or `failed`.
    case replay(prefix: String, from: UInt64, through: UInt64)
    /// Ask `events.snapshot`; answer with `snapshotted` or `failed`.
    case snapshot(prefix: String)
    /// Subscribe to the prefix once more: the welcome tells what a lost heartbeat would have told.
    case resubscribe(prefix: String)
    /// Give up the subscription to `system.goodbye.`: that answers a goodbye, so that the station need not wait longer.
    case answerGoodbye
    /// The station is back: subscribe to `system.goodbye.` again.
    case expectGoodbye
}

/// One answer of `events.replay`.
public struct ReplayPage: Sendable {
    public let events: [Event]
    /// The offset to go on from.
    public let next: UInt64
    /// The newest offset in the log.
    public let head: UInt64
    /// The oldest offset in the log.
    public let oldest: UInt64
    /// Whether nothing is left between `next` and the end of the log.
    public let isComplete: Bool
}

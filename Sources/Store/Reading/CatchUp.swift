/// Decides which events one consumer gets next: from the log, from its mailbox, or not again.
///
/// A plain value. Everything below `position` has been handed out; the mailbox is trusted only while it has lost
/// nothing since the log was read to its end.
struct CatchUp: Hashable {
    /// The next offset that the consumer has not been handed.
    private(set) var position: UInt64
    /// Whether the log has been read to its end, so that the mailbox has what comes next.
    private(set) var isLive = false

    init(position: UInt64) { self.position = max(1, position) }

    enum Verdict: Hashable {
        case handOut
        /// The log has handed it out already.
        case skip
        /// Something before it was dropped: read the log again, which also holds this one.
        case repair
    }

    /// An event came out of the mailbox.
    mutating func receive(offset: UInt64, missedBefore: UInt32) -> Verdict {
        if offset < position { return .skip }
        if missedBefore > 0 {
            isLive = false
            return .repair
        }
        position = offset + 1
        return .handOut
    }

    /// A page that starts at `position` was read, and its events will be handed out.
    ///
    /// - Returns: the offsets that have aged out before the consumer came to them.
    mutating func receive(_ page: LogPage) -> ClosedRange<UInt64>? {
        let lost = page.agedOut > 0 ? position...(position + page.agedOut - 1) : nil
        position = max(position, page.next)
        isLive = page.isComplete
        return lost
    }
}

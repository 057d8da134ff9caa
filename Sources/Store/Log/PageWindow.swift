/// Which stretch of the log one page looks at, and where the next one goes on.
///
/// A plain value, the same for every engine.
package struct PageWindow: Hashable, Sendable {
    package let position: LogPosition
    /// The first offset to look at.
    package let start: UInt64
    /// The one behind the last.
    package let end: UInt64
    private let agedOut: UInt64

    /// - Parameters:
    ///   - from: the offset asked for; 0 for the oldest kept.
    ///   - position: how far the log reaches at the moment of reading.
    package init(from: UInt64, position: LogPosition) {
        self.position = position
        start = max(from, position.oldest)
        end = min(start.addingReportingOverflow(LogPage.scanCountMax).partialValue, position.head + 1)
        agedOut = from == 0 ? 0 : start - from
    }

    package var isEmpty: Bool { start >= end }

    /// The most events in a page for a caller who asks for `limit`.
    package static func countMax(_ limit: Int) -> Int { min(max(1, limit), LogPage.eventCountMax) }

    /// - Parameters:
    ///   - events: what was found.
    ///   - isFull: whether the page ended before the window did, by the number or the size of its events.
    /// - Returns: the page.
    package func page(_ events: [RecordedEvent], isFull: Bool) -> LogPage {
        let next = isFull ? (events.last?.offset ?? start) + 1 : max(start, end)
        return LogPage(
            events: events,
            next: isEmpty ? start : next,
            head: position.head,
            oldest: position.oldest,
            agedOut: agedOut
        )
    }
}

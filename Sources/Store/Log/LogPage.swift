/// A stretch of the event log, read at one moment.
package struct LogPage: Hashable, Sendable {
    /// The events that match, in the order of their offsets.
    package let events: [RecordedEvent]
    /// The offset to read on from.
    package let next: UInt64
    /// The newest offset in the log at that moment.
    package let head: UInt64
    /// The oldest offset kept at that moment.
    package let oldest: UInt64
    /// How many offsets between the position asked for and the oldest kept have aged out.
    package let agedOut: UInt64

    package init(events: [RecordedEvent], next: UInt64, head: UInt64, oldest: UInt64, agedOut: UInt64) {
        self.events = events
        self.next = next
        self.head = head
        self.oldest = oldest
        self.agedOut = agedOut
    }

    /// Whether everything up to `head` has been looked at.
    ///
    /// A page may be empty and yet incomplete: reading goes through at most `scanCountMax` offsets at a time.
    package var isComplete: Bool { next > head }

    /// The most offsets one page looks at, whether they match or not: about 20 ms of work.
    package static let scanCountMax: UInt64 = 50_000
    /// The most events in one page.
    package static let eventCountMax = 10_000
    package static let defaultSizeBytesMax = 4 * 1024 * 1024
}

import DequeModule
import NIOCore

/// Joins what is read from the event log with what comes live: nothing is left out, and nothing comes twice.
///
/// A plain value. While pages are read, live events are held back, as many as there is room for; when a page reaches up
/// to the first that is held, the rest follows from there. Without room they are let go: the log has them.
struct DurableJoin {
    /// A durable event, ready to be sent.
    struct Held {
        let offset: UInt64
        let bytes: ByteBuffer
    }

    enum Verdict: Hashable {
        case send
        /// It has been sent already, or will be with a page.
        case skip
    }

    /// How many live events are held back while pages are read.
    static let heldMax = 128

    /// Events before this offset have been handed out, or were not asked for.
    private(set) var position: UInt64
    private(set) var isReading = false
    private var held: Deque<Held> = []
    /// From here on, every live event is among those held.
    private var heldFrom: UInt64 = 0

    /// Takes what comes live and nothing older.
    init(liveFrom position: UInt64) { self.position = position }

    /// - Parameters:
    ///   - position: the first offset wanted.
    ///   - next: the offset of the next event that will come live.
    init(readingFrom position: UInt64, next: UInt64) {
        self.position = position
        read(from: position, next: next)
    }

    /// Goes back to the log.
    ///
    /// - Parameters:
    ///   - position: the first offset wanted.
    ///   - next: the offset of the next event that will come live.
    mutating func read(from position: UInt64, next: UInt64) {
        self.position = position
        isReading = true
        held.removeAll()
        heldFrom = next
    }

    /// An event came live.
    mutating func receive(_ event: Held) -> Verdict {
        guard event.offset >= position else { return .skip }
        guard isReading else {
            position = event.offset + 1
            return .send
        }
        if held.count < DurableJoin.heldMax {
            held.append(event)
        } else {
            held.removeAll()
            heldFrom = event.offset + 1
        }
        return .skip
    }

    /// A page was read from `position` and is handed out.
    ///
    /// - Parameter next: the offset behind the page.
    /// - Returns: what is to be sent behind the page; `nil` when more has to be read first.
    mutating func receivePage(next: UInt64) -> [Held]? {
        position = max(position, next)
        guard position >= heldFrom else { return nil }
        let rest = held.drop { $0.offset < position }
        position = max(position, (rest.last?.offset).map { $0 + 1 } ?? 0)
        isReading = false
        held.removeAll()
        return Array(rest)
    }
}

import Bus
import DequeModule
import NIOCore

/// What waits for a client that does not take it as fast as it comes.
///
/// A plain value, bounded in messages and bytes. It hands out in the order of arrival; a newer state takes the place of
/// the older one of its topic. Without room the oldest state goes first: its topic is noted, so that the client gets what
/// is newest then once it has room. Then goes the oldest data. A durable message is never dropped for another: when
/// nothing else can go it is refused, and has to be read from the log later.
struct LiveOutbox {
    struct Limits: Hashable, Sendable {
        var messagesMax = 512
        var bytesMax = 1024 * 1024
        /// Notices besides, which find room where nothing else does.
        var noticesMax = 64
    }

    private struct Waiting {
        let ticket: UInt64
        let bytes: ByteBuffer
    }

    private let limits: Limits
    private var lastTicket: UInt64 = 0
    private var notices: Deque<Waiting> = []
    private var states: [FullTopic: Waiting] = [:]
    private var stateOrder: Deque<FullTopic> = []
    /// Topics of which the client has not got the newest state.
    private var owed: Set<FullTopic> = []
    private var data: Deque<Waiting> = []
    private var durables: Deque<Waiting> = []
    private(set) var bytesCount = 0
    /// What was lost since it was told last.
    private(set) var losses = LiveLosses()

    init(limits: Limits = Limits()) { self.limits = limits }

    var count: Int { notices.count + states.count + data.count + durables.count }
    var isEmpty: Bool { count == 0 }
    var hasDurables: Bool { !durables.isEmpty }

    private func hasRoom(for bytes: Int) -> Bool {
        count < limits.messagesMax && bytesCount + bytes <= limits.bytesMax
    }

    // MARK: In

    /// Queues one message.
    ///
    /// - Parameters:
    ///   - bytes: what the client gets.
    ///   - kind: what may become of it.
    ///   - isPromised: whether room has been kept for it: a page of the log comes only when the client is ready for one.
    /// - Returns: `false` when a durable message or a notice found no room.
    mutating func put(_ bytes: ByteBuffer, _ kind: LiveClass, isPromised: Bool = false) -> Bool {
        let size = bytes.readableBytes
        if case .state(let topic) = kind, let older = states[topic] {
            bytesCount += size - older.bytes.readableBytes
            states[topic] = Waiting(ticket: older.ticket, bytes: bytes)
            losses.state += 1
            return true
        }
        if case .state(let topic) = kind, owed.remove(topic) != nil { losses.state += 1 }
        let isPromised = isPromised || (kind == .notice && notices.count < limits.noticesMax)
        if !isPromised { makeRoom(for: size) }
        guard isPromised || hasRoom(for: size) else { return refuse(kind) }
        lastTicket += 1
        bytesCount += size
        let waiting = Waiting(ticket: lastTicket, bytes: bytes)
        switch kind {
        case .notice: notices.append(waiting)
        case .state(let topic):
            states[topic] = waiting
            stateOrder.append(topic)
        case .data: data.append(waiting)
        case .durable: durables.append(waiting)
        }
        return true
    }

    /// Events were lost before it was known whom they concern.
    mutating func noteMissed(_ count: Int) { losses.missed += count }

    private mutating func makeRoom(for size: Int) {
        while !hasRoom(for: size) {
            if let topic = stateOrder.popFirst(), let lost = states.removeValue(forKey: topic) {
                bytesCount -= lost.bytes.readableBytes
                owed.insert(topic)
            } else if let lost = data.popFirst() {
                bytesCount -= lost.bytes.readableBytes
                losses.data += 1
            } else {
                return
            }
        }
    }

    private mutating func refuse(_ kind: LiveClass) -> Bool {
        switch kind {
        case .state(let topic): owed.insert(topic)
        case .data: losses.data += 1
        case .notice, .durable: return false
        }
        return true
    }

    // MARK: Out

    /// Takes the oldest message.
    mutating func next() -> ByteBuffer? {
        let fronts = [
            notices.first?.ticket, stateOrder.first.flatMap { states[$0]?.ticket }, data.first?.ticket,
            durables.first?.ticket,
        ]
        let oldest = fronts.indices.min { (fronts[$0] ?? .max) < (fronts[$1] ?? .max) }
        let taken: Waiting?
        switch oldest {
        case 0: taken = notices.popFirst()
        case 1: taken = stateOrder.popFirst().flatMap { states.removeValue(forKey: $0) }
        case 2: taken = data.popFirst()
        default: taken = durables.popFirst()
        }
        if let taken { bytesCount -= taken.bytes.readableBytes }
        return taken?.bytes
    }

    /// Takes what there is to tell about losses.
    mutating func takeLosses() -> LiveLosses? {
        guard !losses.isEmpty else { return nil }
        defer { losses = LiveLosses() }
        return losses
    }

    /// Takes the topics whose newest state is to be put in again, once everything else is out.
    mutating func takeOwed() -> Set<FullTopic> {
        guard isEmpty, !owed.isEmpty else { return [] }
        defer { owed = [] }
        return owed
    }

    mutating func removeAll() {
        self = LiveOutbox(limits: limits)
    }
}

/// The body of an answer: its bytes, and where each event in them ends.
struct StreamBody: Hashable, Sendable {
    enum Role: Hashable, Sendable {
        /// Says nothing that anybody waits for: a role, the beginning of a block.
        case frame
        case content
        /// Comes in its time like content, but is none.
        case fault
        case closing
    }

    struct Event: Hashable, Sendable {
        let end: Int
        let role: Role
        /// How many content events it counts for.
        let contentCount: Int
    }

    private(set) var bytes: [UInt8] = []
    private(set) var events: [Event] = []

    init() {}

    // MARK: Writing

    /// Appends an event, or a part of one.
    mutating func append(_ role: Role, _ write: (_ bytes: inout [UInt8]) -> Void) {
        write(&bytes)
        events.append(Event(end: bytes.count, role: role, contentCount: role == .content ? 1 : 0))
    }

    /// Appends content that was made elsewhere.
    mutating func append(_ part: some Collection<UInt8>, eventCount: Int) {
        bytes.append(contentsOf: part)
        events.append(Event(end: bytes.count, role: .content, contentCount: eventCount))
    }

    mutating func append(_ other: StreamBody) {
        let start = bytes.count
        bytes.append(contentsOf: other.bytes)
        for event in other.events {
            events.append(Event(end: start + event.end, role: event.role, contentCount: event.contentCount))
        }
    }

    mutating func reserve(bytes: Int, events: Int) {
        self.bytes.reserveCapacity(bytes)
        self.events.reserveCapacity(events)
    }

    // MARK: Taking apart

    /// Up to and with so many content events; with none, everything before the first of them.
    func prefix(contents count: Int) -> StreamBody { prefix(events: eventCount(contents: count)) }

    /// What `prefix(contents:)` leaves over.
    func suffix(afterContents count: Int) -> StreamBody {
        let (skipped, rest) = (eventCount(contents: count), StreamBody())
        guard skipped < events.count else { return rest }
        let start = skipped == 0 ? 0 : events[skipped - 1].end
        var body = rest
        body.bytes = Array(bytes[start...])
        body.events = events[skipped...].map { event in
            Event(end: event.end - start, role: event.role, contentCount: event.contentCount)
        }
        return body
    }

    /// The first bytes, whatever they are a part of.
    func prefix(bytes count: Int) -> StreamBody {
        guard count < bytes.count else { return self }
        var body = prefix(events: events.prefix { $0.end <= count }.count)
        if let event = events.dropFirst(body.events.count).first, count > body.bytes.count {
            // What is not whole counts for nothing.
            body.bytes = Array(bytes[..<count])
            body.events.append(Event(end: count, role: event.role, contentCount: 0))
        }
        return body
    }

    var withoutLastEvent: StreamBody { prefix(events: max(0, events.count - 1)) }

    private func prefix(events count: Int) -> StreamBody {
        var body = StreamBody()
        body.events = Array(events.prefix(count))
        body.bytes = Array(bytes[..<(body.events.last?.end ?? 0)])
        return body
    }

    /// How many events there are up to and with so many of content.
    private func eventCount(contents count: Int) -> Int {
        var (left, place) = (count, events.prefix { $0.role == .frame }.count)
        for (index, event) in events.enumerated() where event.role == .content && left > 0 {
            left -= 1
            place = index + 1
        }
        return place
    }
}

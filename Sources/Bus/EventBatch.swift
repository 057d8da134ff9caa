public import DequeModule

/// Events in order, some alone and some in arrays that were published together.
///
/// What is published together is kept together: its array is shared by every mailbox it goes to, so that a batch costs
/// each subscriber one reference and no copy.
public struct EventBatch<Payload: Event>: Sendable {
    @usableFromInline
    enum Segment: Sendable {
        case one(Envelope<Payload>)
        case several(ContiguousArray<Envelope<Payload>>)
    }

    /// The array being read, and how far.
    @usableFromInline var current: ContiguousArray<Envelope<Payload>> = []
    @usableFromInline var position = 0
    @usableFromInline var rest: Deque<Segment> = []
    @usableFromInline var storedCount = 0
    /// How many events this subscriber lost right before the first of these.
    @usableFromInline var missed: UInt32 = 0

    @inlinable
    public init() {}

    /// How many events are left.
    @inlinable public var count: Int { storedCount }
    @inlinable public var isEmpty: Bool { storedCount == 0 }

    @inlinable
    mutating func append(_ envelope: Envelope<Payload>) {
        rest.append(.one(envelope))
        storedCount += 1
    }

    @inlinable
    mutating func append(contentsOf envelopes: ContiguousArray<Envelope<Payload>>) {
        rest.append(.several(envelopes))
        storedCount += envelopes.count
    }

    /// Replaces an event that was appended alone, by its place among those appended since the batch was empty.
    @inlinable
    mutating func replace(at place: Int, with envelope: Envelope<Payload>) { rest[place] = .one(envelope) }

    /// Takes the oldest event.
    @inlinable
    public mutating func popFirst() -> Envelope<Payload>? {
        guard var envelope = popFirstAsPublished() else { return nil }
        if missed > 0 {
            envelope.missedBefore = missed
            missed = 0
        }
        return envelope
    }

    /// Drops the oldest event, which its subscriber will learn from the next one's `missedBefore`.
    @inlinable
    mutating func dropFirst() {
        if popFirstAsPublished() != nil { missed &+= 1 }
    }

    @inlinable
    mutating func popFirstAsPublished() -> Envelope<Payload>? {
        if position < current.count {
            position += 1
            storedCount -= 1
            return current[position - 1]
        }
        guard let segment = rest.popFirst() else { return nil }
        storedCount -= 1
        switch segment {
        case .one(let envelope): return envelope
        case .several(let envelopes):
            current = envelopes
            position = 1
            return current[0]
        }
    }

    @inlinable
    mutating func removeAll() {
        current = []
        position = 0
        rest.removeAll(keepingCapacity: true)
        missed = 0
        storedCount = 0
    }
}

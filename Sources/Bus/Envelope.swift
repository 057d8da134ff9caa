/// Everything known about an event besides what it says.
///
/// A plain value without references, so that copying it to many mailboxes costs a memory copy and nothing else.
public struct EnvelopeHeader: Hashable, Sendable {
    public let id: UUIDv7
    public let time: Timestamp
    /// One UUID per start of the daemon that published it: a new epoch is not a gap.
    public let epoch: UUIDv7
    /// Counts per full topic and epoch, from 1.
    public var seq: UInt64
    private let offsetOrZero: UInt64
    private let causeOrNone: UUIDv7
    private let correlationOrNone: UUIDv7
    public let topic: Topic
    private let subjectOrZero: UInt32
    /// The actor that published it, here or in the process it came from.
    public let source: ActorName
    private let originOrZero: UInt32
    public let version: UInt16
    public let delivery: Delivery

    public init(
        id: UUIDv7,
        time: Timestamp,
        epoch: UUIDv7,
        seq: UInt64,
        offset: UInt64? = nil,
        cause: UUIDv7? = nil,
        correlation: UUIDv7? = nil,
        topic: Topic,
        subject: Subject? = nil,
        source: ActorName,
        origin: ActorName? = nil,
        version: UInt16,
        delivery: Delivery
    ) {
        self.id = id
        self.time = time
        self.epoch = epoch
        self.seq = seq
        offsetOrZero = offset ?? 0
        causeOrNone = cause ?? .none
        correlationOrNone = correlation ?? .none
        self.topic = topic
        subjectOrZero = subject?.symbol.index ?? 0
        self.source = source
        originOrZero = origin?.symbol.index ?? 0
        self.version = version
        self.delivery = delivery
    }

    /// The place in the event log, from 1; durable events only.
    public var offset: UInt64? { offsetOrZero == 0 ? nil : offsetOrZero }
    /// The event that led to this one.
    public var cause: UUIDv7? { causeOrNone.nilIfNone }
    /// The first event of the chain of causes that this one belongs to; its own id when it starts one.
    public var correlation: UUIDv7 { correlationOrNone.nilIfNone ?? id }
    public var subject: Subject? { Symbol(index: subjectOrZero).map(Subject.init(symbol:)) }
    public var fullTopic: FullTopic { FullTopic(topic, subject) }
    /// The foreign publisher it came from; `nil` for the daemon's own events.
    public var origin: ActorName? { Symbol(index: originOrZero).map(ActorName.init(symbol:)) }
}

/// An event with its header, as subscribers receive it.
public struct Envelope<Payload: Event>: Sendable {
    public var header: EnvelopeHeader
    public let payload: Payload
    /// How many events this subscriber lost right before this one, because its mailbox was full.
    public var missedBefore: UInt32 = 0

    @inlinable
    public init(header: EnvelopeHeader, payload: Payload) {
        self.header = header
        self.payload = payload
    }

    public var id: UUIDv7 { header.id }
}

/// An envelope whose payload type is known only at run time: what taps, the log and the wire handle.
public struct AnyEnvelope: Sendable {
    public let header: EnvelopeHeader
    public let payload: any Event
    /// The payload's JSON when it has been encoded already, as for durable events.
    public let encodedPayload: [UInt8]?

    @inlinable
    public init(header: EnvelopeHeader, payload: any Event, encodedPayload: [UInt8]? = nil) {
        self.header = header
        self.payload = payload
        self.encodedPayload = encodedPayload
    }

    /// The payload as JSON.
    ///
    /// - Throws: what the payload's own `encode(to:)` throws.
    public func payloadJSON() throws -> [UInt8] {
        if let encodedPayload { return encodedPayload }
        return try EventCodec.encode(payload)
    }
}

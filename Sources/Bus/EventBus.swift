public import Threading

/// Carries events from actors to actors inside the process.
///
/// Publishing is a synchronous call that never waits: every subscriber has a mailbox of its own, and a full one loses
/// by its event's delivery class and counts it. Durable events do not start here; the store hands them over with
/// `deliver` once they are committed.
public final class EventBus: Sendable {
    /// Identifies this run of the process; a new one means that sequence numbers start again.
    public let epoch: UUIDv7
    /// The most events a mailbox holds unless its subscriber asks for another number.
    public let mailboxLimit: Int

    @usableFromInline let channels: [ObjectIdentifier: any AnyChannel]
    private let channelsByTopic: [Topic: any AnyChannel]
    @usableFromInline let ids: Mutex<UUIDv7Generator>
    @usableFromInline let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - types: every event type that will be published; no two may share a topic.
    ///   - mailboxLimit: the default bound of a mailbox, in events.
    ///   - ids: where event ids come from.
    ///   - now: what time it is.
    /// - Throws: `BusError` when two types share a topic.
    public init(
        types: [any Event.Type],
        mailboxLimit: Int = 4096,
        ids: UUIDv7Generator = UUIDv7Generator(),
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) throws(BusError) {
        var channels: [ObjectIdentifier: any AnyChannel] = [:]
        var channelsByTopic: [Topic: any AnyChannel] = [:]
        for type in types {
            let channel = EventBus.makeChannel(type)
            guard channelsByTopic.updateValue(channel, forKey: channel.topic) == nil else {
                throw BusError(code: .duplicateTopic, topic: channel.topic)
            }
            channels[ObjectIdentifier(type)] = channel
        }
        var ids = ids
        epoch = ids.next(at: now())
        self.channels = channels
        self.channelsByTopic = channelsByTopic
        self.mailboxLimit = mailboxLimit
        self.ids = Mutex(ids)
        self.now = now
    }

    private static func makeChannel<Payload: Event>(_ type: Payload.Type) -> any AnyChannel { Channel<Payload>() }

    @inlinable
    func channel<Payload: Event>(_ type: Payload.Type) throws(BusError) -> Channel<Payload> {
        guard let channel = channels[ObjectIdentifier(type)] as? Channel<Payload> else {
            throw BusError(code: .unregisteredType, topic: Payload.topic)
        }
        return channel
    }

    // MARK: Publishing

    /// Stamps a new header.
    ///
    /// The sequence number is given later, under the channel's lock (or by the event log).
    @inlinable
    public func stamp<Payload: Event>(
        _ payload: Payload,
        source: ActorName,
        cause: EnvelopeHeader? = nil,
        origin: ActorName? = nil,
        id: UUIDv7? = nil,
        offset: UInt64? = nil,
        seq: UInt64 = 0
    ) -> EnvelopeHeader {
        let time = now()
        return EnvelopeHeader(
            id: id ?? ids.withLock { $0.next(at: time) },
            time: time,
            epoch: epoch,
            seq: seq,
            offset: offset,
            cause: cause?.id,
            correlation: cause?.correlation,
            topic: Payload.topic,
            subject: payload.subject,
            source: source,
            origin: origin,
            version: Payload.version,
            delivery: Payload.delivery
        )
    }

    /// Publishes one event to everybody who subscribes now.
    ///
    /// - Parameters:
    ///   - payload: the event.
    ///   - source: who publishes it.
    ///   - cause: the header of the event that led to it.
    ///   - origin: the foreign publisher that it came from.
    ///   - id: the id that the foreign publisher chose.
    /// - Returns: the new event's id.
    /// - Throws: `BusError` when the type was not registered.
    @discardableResult
    @inlinable
    public func publish<Payload: TransientEvent>(
        _ payload: Payload,
        from source: ActorName,
        causedBy cause: EnvelopeHeader? = nil,
        origin: ActorName? = nil,
        id: UUIDv7? = nil
    ) throws(BusError) -> UUIDv7 {
        let channel = try channel(Payload.self)
        let header = stamp(payload, source: source, cause: cause, origin: origin, id: id)
        channel.publish(payload, header: header)
        return header.id
    }

    /// Publishes several events of one type under one lock and one time; they stay together in every mailbox.
    ///
    /// - Throws: `BusError` when the type was not registered.
    @inlinable
    public func publish<Payload: TransientEvent>(
        contentsOf payloads: some Collection<Payload>,
        from source: ActorName,
        causedBy cause: EnvelopeHeader? = nil
    ) throws(BusError) {
        guard !payloads.isEmpty else { return }
        let channel = try channel(Payload.self)
        let time = now()
        var envelopes = ContiguousArray<Envelope<Payload>>()
        envelopes.reserveCapacity(payloads.count)
        var ids = ids.withLock { $0.split() }
        for payload in payloads {
            let header = EnvelopeHeader(
                id: ids.next(at: time),
                time: time,
                epoch: epoch,
                seq: 0,
                cause: cause?.id,
                correlation: cause?.correlation,
                topic: Payload.topic,
                subject: payload.subject,
                source: source,
                version: Payload.version,
                delivery: Payload.delivery
            )
            envelopes.append(Envelope(header: header, payload: payload))
        }
        channel.publish(contentsOf: envelopes)
    }

    /// Hands committed durable events to their subscribers, in the order given, which is that of their offsets.
    ///
    /// - Throws: `BusError` at the first event whose type was not registered.
    public func deliver(_ committed: some Sequence<AnyEnvelope>) throws(BusError) {
        for envelope in committed {
            guard let channel = channelsByTopic[envelope.header.topic], channel.deliver(envelope) else {
                throw BusError(code: .unregisteredType, topic: envelope.header.topic)
            }
        }
    }

    /// Hands a durable event that another daemon has logged to its subscribers here, in the order of its offset.
    ///
    /// It reaches mailboxes, and of the taps only those that asked for it: the edge that a tap feeds publishes what its
    /// own daemon has logged, and the other daemon has an edge of its own. Its sequence number is the other daemon's and
    /// leaves ours alone.
    ///
    /// - Throws: `BusError` when the type is not registered.
    public func deliverForeign(_ committed: AnyEnvelope) throws(BusError) {
        guard let channel = channelsByTopic[committed.header.topic], channel.deliverForeign(committed) else {
            throw BusError(code: .unregisteredType, topic: committed.header.topic)
        }
    }

    // MARK: Subscribing

    /// Subscribes to one event type.
    ///
    /// Synchronous, so that no event can fall between subscribing and listening.
    ///
    /// - Parameters:
    ///   - type: the events wanted.
    ///   - subscriber: whose mailbox it is. Subscribing again under the same name goes on with the same mailbox and
    ///     what it holds, and ends the older subscription.
    ///   - limit: the bound of the mailbox, in events; used when it is made.
    ///   - startingWithLatest: whether a new mailbox starts with the newest state event of each subject.
    /// - Returns: the events, for one task to iterate.
    /// - Throws: `BusError` when the type was not registered.
    @inlinable
    public func subscribe<Payload: Event>(
        to type: Payload.Type,
        as subscriber: ActorName,
        limit: Int? = nil,
        startingWithLatest: Bool = false
    ) throws(BusError) -> Subscription<Payload> {
        let mailbox = try channel(type).mailbox(
            of: subscriber,
            limit: limit ?? mailboxLimit,
            startingWithLatest: startingWithLatest
        )
        return Subscription(mailbox)
    }

    /// Removes all mailboxes of a subscriber that will not come back.
    public func forget(_ subscriber: ActorName) {
        for channel in channels.values { channel.forget(subscriber) }
    }

    /// Starts a tap on the events of every type.
    ///
    /// - Parameters:
    ///   - limit: how many events it holds.
    ///   - includingForeign: whether it also gets the durable events that other daemons have logged.
    /// - Returns: the tap.
    public func tap(limit: Int, includingForeign: Bool = false) -> Tap {
        let tap = Tap(limit: limit, includesForeign: includingForeign)
        for channel in channels.values { channel.attach(tap) }
        return tap
    }

    /// Ends a tap: nothing arrives any more, what it holds can still be taken.
    public func remove(_ tap: Tap) {
        for channel in channels.values { channel.detach(tap) }
        tap.close()
    }

    // MARK: Looking

    /// The newest state event of every subject whose full topic starts with a prefix, oldest first.
    public func snapshot(prefix: String = "") -> [AnyEnvelope] {
        channels.values
            .flatMap(\.latest)
            .filter { $0.header.fullTopic.text.hasPrefix(prefix) }
            .sorted { $0.header.id < $1.header.id }
    }

    /// The last sequence number of every full topic that starts with a prefix.
    public func sequences(prefix: String = "") -> [(topic: FullTopic, seq: UInt64)] {
        channels.values
            .flatMap(\.sequences)
            .filter { $0.0.text.hasPrefix(prefix) }
            .map { (topic: $0.0, seq: $0.1) }
    }

    /// How every mailbox is doing, and how many events of each topic have been published.
    public var statistics: BusStatistics {
        var published: [Topic: UInt64] = [:]
        var mailboxes: [MailboxStatistics] = []
        for channel in channels.values {
            let statistics = channel.statistics
            published[channel.topic] = statistics.published
            mailboxes += statistics.mailboxes
        }
        return BusStatistics(published: published, mailboxes: mailboxes)
    }

    /// The registered type of a topic.
    public func type(of topic: Topic) -> (any Event.Type)? { channelsByTopic[topic]?.eventType }
}

/// What the bus has carried, and how its subscribers are doing.
public struct BusStatistics: Sendable {
    /// Events published since the start, by topic.
    public let published: [Topic: UInt64]
    public let mailboxes: [MailboxStatistics]
}

/// Why the bus refused.
public struct BusError: Error, Hashable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The event type is not among those the bus was made with.
        case unregisteredType
        /// Two event types have the same topic.
        case duplicateTopic
        /// The publisher's incarnation has been replaced.
        case fenced
    }

    public let code: Code
    public let topic: Topic

    @usableFromInline
    init(code: Code, topic: Topic) {
        self.code = code
        self.topic = topic
    }

    public var description: String {
        switch code {
        case .unregisteredType: "\(topic): this event type is not registered with the bus"
        case .duplicateTopic: "\(topic): two event types have this topic"
        case .fenced: "\(topic): the publisher has been replaced and may no longer publish"
        }
    }
}

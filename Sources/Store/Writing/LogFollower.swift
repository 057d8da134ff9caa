import Bus
import Logging

/// Brings what other writers have logged to this program's subscribers, in the order of the offsets.
///
/// On the writer's thread, which also delivers what this program logs: so every subscriber sees one order, that of the
/// log.
final class LogFollower {
    private let bus: EventBus
    private let status: WriterStatus
    private let logger: Logger
    /// Everything up to here has been delivered.
    private var delivered: UInt64

    init(bus: EventBus, status: WriterStatus, logger: Logger) {
        self.bus = bus
        self.status = status
        self.logger = logger
        delivered = status.statistics.position.head
    }

    /// This program's own events are delivered as they are committed.
    func noteCommitted(_ position: LogPosition) { delivered = max(delivered, position.head) }

    /// Delivers what is new up to a position that the database has.
    ///
    /// - Returns: this program's own events among them: those whose commit succeeded and whose caller could not be told.
    /// - Throws: `StoreError` when they cannot be read; it goes on from there next time.
    func follow(
        to position: LogPosition,
        on connection: any WriterConnection
    ) throws(StoreError) -> [EnvelopeHeader] {
        // Told first, so that who subscribes from now on starts behind what it also finds in its mailbox.
        status.noteFollowed(position)
        var own: [EnvelopeHeader] = []
        while delivered < position.head {
            let events = try connection.events(in: (delivered + 1)...position.head)
            for event in events {
                if deliver(event) { own.append(event.header) }
            }
            // None are left when others have pruned them.
            delivered = events.last?.offset ?? position.head
        }
        return own
    }

    /// - Returns: whether it is this program's own event.
    private func deliver(_ event: RecordedEvent) -> Bool {
        let isOwn = event.header.epoch == bus.epoch
        do {
            guard let type = bus.type(of: event.header.topic), type.version >= event.header.version else {
                throw StoreError(.unpublishable, event.header.topic.text)
            }
            let payload = try EventCodec.decode(type, from: event.payload)
            let envelope = AnyEnvelope(header: event.header, payload: payload, encodedPayload: event.payload)
            if isOwn { try bus.deliver(CollectionOfOne(envelope)) } else { try bus.deliverForeign(envelope) }
        } catch {
            logger.warning(
                "an event of another daemon was not delivered: its type is not known here, or it does not decode",
                metadata: ["topic": "\(event.header.topic)", "offset": "\(event.offset)"]
            )
        }
        return isOwn
    }
}

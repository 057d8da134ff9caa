package import Bus

/// What a durable subscription hands to its consumer.
package enum DurableDelivery<Payload: DurableEvent>: Sendable {
    case event(Envelope<Payload>)
    /// The log has an event of this type that the program cannot decode. Acknowledge it to leave it behind.
    case unreadable(RecordedEvent, reason: String)
    /// These offsets were removed before the consumer came to them. Some may have held other types of events.
    case lost(ClosedRange<UInt64>)

    /// What to acknowledge once it is handled.
    package var offset: UInt64 {
        switch self {
        case .event(let envelope): envelope.header.offset ?? 0
        case .unreadable(let event, _): event.offset
        case .lost(let range): range.upperBound
        }
    }

    init(_ recorded: RecordedEvent) {
        guard recorded.header.version <= Payload.version else {
            self = .unreadable(recorded, reason: "version \(recorded.header.version)")
            return
        }
        do {
            let payload = try EventCodec.decode(Payload.self, from: recorded.payload)
            self = .event(Envelope(header: recorded.header, payload: payload))
        } catch {
            self = .unreadable(recorded, reason: "\(error)")
        }
    }
}

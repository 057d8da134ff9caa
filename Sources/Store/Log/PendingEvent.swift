package import Bus

/// A durable event on its way to the log: encoded already, but without id, time, offset and number.
///
/// It is encoded where it is made, so that the writer's thread does not spend its time on it.
package struct PendingEvent: Sendable {
    /// The largest payload that is logged.
    package static let payloadBytesMax = 512 * 1024

    package let payload: any DurableEvent
    package let encoded: [UInt8]
    package let cause: EnvelopeHeader?
    package let origin: ActorName?
    /// The id that a foreign publisher chose; `nil` for a new one.
    package let id: UUIDv7?

    /// - Parameters:
    ///   - payload: the event.
    ///   - cause: the header of the event that led to it.
    ///   - origin: the foreign publisher that it came from.
    ///   - id: its id, when a foreign publisher chose one.
    /// - Throws: `StoreError` with `.unpublishable` when the payload does not encode, `.tooLarge` when it is too long.
    package init(
        _ payload: some DurableEvent,
        causedBy cause: EnvelopeHeader? = nil,
        origin: ActorName? = nil,
        id: UUIDv7? = nil
    ) throws(StoreError) {
        let encoded: [UInt8]
        do {
            encoded = try EventCodec.encode(payload)
        } catch {
            throw StoreError(.unpublishable, type(of: payload).topic.text, detail: "\(error)")
        }
        try self.init(payload, encoded: encoded, causedBy: cause, origin: origin, id: id)
    }

    /// - Parameters:
    ///   - payload: the event.
    ///   - encoded: its JSON, when the caller has it already.
    ///   - cause: the header of the event that led to it.
    ///   - origin: the foreign publisher that it came from.
    ///   - id: its id, when a foreign publisher chose one.
    /// - Throws: `StoreError` with `.tooLarge` when the payload is too long.
    package init(
        _ payload: some DurableEvent,
        encoded: [UInt8],
        causedBy cause: EnvelopeHeader? = nil,
        origin: ActorName? = nil,
        id: UUIDv7? = nil
    ) throws(StoreError) {
        guard encoded.count <= PendingEvent.payloadBytesMax else {
            throw StoreError(.tooLarge, type(of: payload).topic.text)
        }
        self.payload = payload
        self.encoded = encoded
        self.cause = cause
        self.origin = origin
        self.id = id
    }

    /// What it adds to the log's size.
    var sizeBytes: Int { encoded.count + LogPosition.rowOverheadBytes }
}

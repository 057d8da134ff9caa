/// A header frame as read from the wire: what `EnvelopeHeader.writeJSON` writes, with unknown attributes ignored.
public struct WireHeader: Codable, Hashable, Sendable {
    public let id: UUIDv7
    public let source: String
    public let type: String
    public let subject: String?
    public let time: Timestamp
    public let version: UInt16
    public let delivery: String
    public let epoch: UUIDv7
    public let seq: UInt64
    public let offset: UInt64?
    public let cause: UUIDv7?
    public let correlation: UUIDv7?
    public let origin: String?
    public let traceparent: String?
}

internal import BusZeroMQ
import JSON

/// The header of an event: CloudEvents attributes and the station's own, unknown ones left out.
public struct EventHeader: Hashable, Sendable, Codable {
    /// A UUIDv7.
    public let id: String
    /// The topic without the subject.
    public let type: String
    /// What the event is about, where its type has several: a pair, a channel, a queue.
    public let subject: String?
    /// `/cryptocall/<actor>`.
    public let source: String
    /// RFC 3339, UTC, with microseconds.
    public let time: String
    /// The version of the payload's shape.
    public let version: Int
    public let delivery: Event.Delivery
    public let epoch: String
    public let seq: UInt64
    public let offset: UInt64?
    /// The id of the event that led to this one.
    public let cause: String?
    /// The id of the first event in the chain of causes.
    public let correlation: String?
    /// The foreign publisher; absent on the station's own events.
    ///
    /// A bridge never sends an event back to it.
    public let origin: String?
    /// The W3C trace context.
    public let traceparent: String?
}

extension EventHeader {
    init?(_ value: JSONValue) {
        guard let type = value["type"]?.string, let epoch = value["epoch"]?.string,
            let seq = value["seq"]?.int.flatMap(UInt64.init(exactly:))
        else { return nil }
        self.type = type
        self.epoch = epoch
        self.seq = seq
        id = value["id"]?.string ?? ""
        subject = value["subject"]?.string
        source = value["source"]?.string ?? ""
        time = value["time"]?.string ?? ""
        version = Int(value["version"]?.int ?? 1)
        delivery = value["delivery"]?.string.flatMap(Event.Delivery.init) ?? .data
        offset = value["offset"]?.int.flatMap(UInt64.init(exactly:))
        cause = value["cause"]?.string
        correlation = value["correlation"]?.string
        origin = value["origin"]?.string
        traceparent = value["traceparent"]?.string
    }
}

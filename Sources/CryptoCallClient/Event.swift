internal import BusZeroMQ
import FoundationEssentials
import JSON

/// An event as it came from the station.
///
/// What is needed to keep the order is read when it arrives; the rest of the header and the payload are decoded when
/// they are asked for, so an event that is only counted or passed on costs no JSON.
public struct Event: Sendable {
    /// What may be lost.
    public enum Delivery: String, Sendable, Codable, CaseIterable {
        /// Only the newest of a topic matters.
        case state
        /// A loss is told, and cannot be made good.
        case data
        /// Kept in the event log; what was missed is read again.
        case durable
    }

    let topicBytes: ArraySlice<UInt8>
    let headerBytes: ArraySlice<UInt8>
    let epochBytes: ArraySlice<UInt8>
    /// The payload frame: one JSON value.
    public let payload: ArraySlice<UInt8>
    public let delivery: Delivery
    /// Counts the events of the full topic from 1 in each epoch; 0 for messages about the stream itself.
    public let seq: UInt64
    /// The position in the event log; durable events only.
    public let offset: UInt64?
    /// Whether it came from the event log or a snapshot, because the live one was missed.
    public internal(set) var isRepaired = false

    /// The type, and the subject where there is one.
    public var topic: String { String(decoding: topicBytes, as: UTF8.self) }
    /// The run of the station that published it.
    public var epoch: String { String(decoding: epochBytes, as: UTF8.self) }
    /// The header frame: one JSON object.
    public var headerJSON: String { String(decoding: headerBytes, as: UTF8.self) }

    /// All attributes of the header that this library knows.
    ///
    /// - Throws: `ClientError` with `.protocolViolation` when the header is not one.
    public func header() throws(ClientError) -> EventHeader {
        guard let value = try? JSONValue(parsing: headerBytes), let header = EventHeader(value) else {
            throw ClientError(.protocolViolation, "an event's header is not one")
        }
        return header
    }

    /// Decodes the payload.
    ///
    /// - Throws: `ClientError` with `.protocolViolation` when the payload has another shape.
    public func decode<Payload: Decodable>(_ type: Payload.Type = Payload.self) throws(ClientError) -> Payload {
        do {
            return try JSONDecoder().decode(type, from: Data(payload))
        } catch {
            throw ClientError(.protocolViolation, "the payload of \(topic) is no \(type): \(error)")
        }
    }
}

extension Event {
    /// Reads the three frames of a message; `nil` when they are not an event.
    init?(topic: ArraySlice<UInt8>, header: ArraySlice<UInt8>, payload: ArraySlice<UInt8>) {
        guard let needed = HeaderScan(header) else { return nil }
        self.init(
            topicBytes: topic,
            headerBytes: header,
            epochBytes: needed.epoch,
            payload: payload,
            delivery: needed.delivery,
            seq: needed.seq,
            offset: needed.offset
        )
    }

    /// Reads an element of a replay, snapshot or trace answer; `nil` when it is not an event.
    init?(part: JSONValue) {
        guard let value = part["header"], let header = EventHeader(value), let payload = part["payload"] else {
            return nil
        }
        let bytes = value.bytes[...]
        guard let needed = HeaderScan(bytes) else { return nil }
        let topic = header.subject.map { "\(header.type).\($0)" } ?? header.type
        self.init(
            topicBytes: Array(topic.utf8)[...],
            headerBytes: bytes,
            epochBytes: needed.epoch,
            payload: payload.bytes[...],
            delivery: needed.delivery,
            seq: needed.seq,
            offset: needed.offset,
            isRepaired: true
        )
    }
}

extension Event {
    /// The same event without the mark of a repair, for one that was read again on purpose.
    public var asPublished: Event {
        var copy = self
        copy.isRepaired = false
        return copy
    }
}

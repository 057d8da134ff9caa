internal import BusZeroMQ
import JSON

/// A welcome, heartbeat or goodbye.
struct StreamMessage {
    enum Kind: String {
        case welcome = "system.welcome.sent"
        case heartbeat = "system.heartbeat.sent"
        case goodbye = "system.goodbye.sent"
    }

    let kind: Kind
    let epoch: ArraySlice<UInt8>
    let offset: UInt64
    let sequences: [ArraySlice<UInt8>: UInt64]
    let heartbeatSeconds: Double?
    /// When it was made, from its id.
    let milliseconds: UInt64
    private let topic: ArraySlice<UInt8>

    /// - Returns: `nil` for any other event, and for one without what every such message has.
    init?(_ event: Event) {
        guard let header = try? event.header(), let kind = Kind(rawValue: header.type),
            let payload = try? JSONValue(parsing: event.payload),
            let offset = payload["offset"]?.int.flatMap(UInt64.init(exactly:))
        else { return nil }
        self.kind = kind
        self.offset = offset
        epoch = payload["epoch"]?.string.map { Array($0.utf8)[...] } ?? event.epochBytes
        heartbeatSeconds = payload["heartbeatSeconds"]?.double.flatMap { $0 > 0 ? $0 : nil }
        milliseconds = StreamMessage.milliseconds(ofID: header.id)
        topic = event.topicBytes
        var sequences: [ArraySlice<UInt8>: UInt64] = [:]
        for (name, value) in payload["sequences"]?.object ?? [:] {
            if let seq = value.int.flatMap(UInt64.init(exactly:)) { sequences[Array(name.utf8)[...]] = seq }
        }
        self.sequences = sequences
    }

    /// Whether this welcome came for a subscription to exactly that prefix.
    func isAnswer(toPrefix prefix: [UInt8]) -> Bool {
        topic.elementsEqual(prefix) || (prefix.isEmpty && topic.elementsEqual(Kind.welcome.rawValue.utf8))
    }

    /// The time inside a UUIDv7, in milliseconds since 1970; 0 when it is something else.
    private static func milliseconds(ofID id: String) -> UInt64 {
        let parts = id.split(separator: "-", maxSplits: 2)
        guard parts.count == 3, parts[0].utf8.count == 8, parts[1].utf8.count == 4 else { return 0 }
        return UInt64(parts[0] + parts[1], radix: 16) ?? 0
    }
}

import Bus
import JSON

/// Builds the events about the stream itself, which are not numbered.
struct StreamEvents {
    private let epoch: UUIDv7
    private let now: @Sendable () -> Timestamp
    private let position: @Sendable () -> LogPosition
    private let features: [UInt8]
    private var ids = UUIDv7Generator()
    private var canaryNumber: UInt64 = 0

    static let source: ActorName = "zeromq"
    static let welcome: Topic = "system.welcome.sent"
    static let heartbeat: Topic = "system.heartbeat.sent"
    static let goodbye: Topic = "system.goodbye.sent"
    static let canary: Topic = "system.canary.sent"
    static let canaryPrefix = Array(canary.text.utf8)
    /// What clients subscribe to for the goodbye; giving it up is their answer to it.
    static let goodbyePrefix = Array("system.goodbye.".utf8)

    init(_ shared: EdgeShared) {
        epoch = shared.epoch
        now = shared.now
        position = shared.position
        features = JSONValue.array(shared.config.features.map(JSONValue.string)).bytes
    }

    struct Frames {
        let topic: [UInt8]
        let header: [UInt8]
        let payload: [UInt8]
    }

    mutating func welcome(prefix: [UInt8], sequences: SequenceTable) -> Frames {
        let position = position()
        var payload = Array(#"{"protocol":1,"epoch":"\#(epoch)","offset":\#(position.offset),"#.utf8)
        payload.append(contentsOf: #""oldestOffset":\#(position.oldestOffset),"sequences":"#.utf8)
        sequences.write(prefix: prefix, to: &payload)
        payload.append(contentsOf: #","heartbeatSeconds":1,"features":"#.utf8)
        payload.append(contentsOf: features)
        payload.append(UInt8(ascii: "}"))
        let topic = prefix.isEmpty ? Array(StreamEvents.welcome.text.utf8) : prefix
        return Frames(topic: topic, header: header(StreamEvents.welcome), payload: payload)
    }

    mutating func heartbeat(_ sequences: inout SequenceTable) -> Frames {
        var payload = Array(#"{"epoch":"\#(epoch)","offset":\#(position().offset),"sequences":"#.utf8)
        sequences.writeMoved(to: &payload)
        payload.append(UInt8(ascii: "}"))
        return frames(StreamEvents.heartbeat, payload)
    }

    mutating func goodbye() -> Frames {
        frames(StreamEvents.goodbye, Array(#"{"epoch":"\#(epoch)","offset":\#(position().offset)}"#.utf8))
    }

    mutating func canary() -> Frames {
        canaryNumber += 1
        return frames(StreamEvents.canary, Array(#"{"number":\#(canaryNumber)}"#.utf8))
    }

    private mutating func frames(_ topic: Topic, _ payload: [UInt8]) -> Frames {
        Frames(topic: Array(topic.text.utf8), header: header(topic), payload: payload)
    }

    private mutating func header(_ topic: Topic) -> [UInt8] {
        let time = now()
        var bytes: [UInt8] = []
        EnvelopeHeader(
            id: ids.next(at: time),
            time: time,
            epoch: epoch,
            seq: 0,
            topic: topic,
            source: StreamEvents.source,
            version: 1,
            delivery: .state
        ).writeJSON(to: &bytes)
        return bytes
    }
}

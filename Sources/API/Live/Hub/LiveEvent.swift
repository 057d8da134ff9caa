import Bus
import NIOCore
import Store
import Threading
import WebSocket

/// One event on its way to the clients: encoded when the first of them wants it, and then shared by all.
final class LiveEvent: Sendable {
    private enum Payload: Sendable {
        case value(AnyEnvelope)
        case json([UInt8])
    }

    private enum Encoding: Sendable {
        case notYet
        case done(events: ByteBuffer, socket: ByteBuffer)
        case failed
    }

    let header: EnvelopeHeader
    let topic: FullTopic
    private let payload: Payload
    private let encoding = Mutex(Encoding.notYet)
    private let onFailure: @Sendable (Topic) -> Void

    /// - Parameters:
    ///   - envelope: the event.
    ///   - onFailure: told when it does not encode.
    init(_ envelope: AnyEnvelope, onFailure: @escaping @Sendable (Topic) -> Void) {
        header = envelope.header
        topic = header.fullTopic
        payload = envelope.encodedPayload.map { .json($0) } ?? .value(envelope)
        self.onFailure = onFailure
    }

    /// An event of the log.
    init(_ recorded: RecordedEvent) {
        header = recorded.header
        topic = header.fullTopic
        payload = .json(recorded.payload)
        onFailure = { _ in }
    }

    var delivery: LiveClass {
        switch header.delivery {
        case .state: .state(topic)
        case .data: .data
        case .durable: header.offset.map { .durable($0) } ?? .data
        }
    }

    /// What a client of a kind gets; `nil` when the event does not encode.
    func bytes(for kind: LiveKind) -> ByteBuffer? {
        encoding.withLock { encoding in
            if case .notYet = encoding { encoding = encode() }
            guard case .done(let events, let socket) = encoding else { return nil }
            return kind == .events ? events : socket
        }
    }

    private func encode() -> Encoding {
        var text: [UInt8] = []
        do {
            try writeCloudEvent(to: &text)
        } catch {
            onFailure(header.topic)
            return .failed
        }
        var message = Array(#"{"type":"event","topic":""#.utf8)
        message.append(contentsOf: topic.text.utf8)
        message.append(contentsOf: #"","event":"#.utf8)
        message.append(contentsOf: text)
        message.append(UInt8(ascii: "}"))
        return .done(
            events: EventStreamText.event(header.topic.text, data: text, id: header.offset),
            socket: WebSocketText.message(message)
        )
    }

    /// The structured JSON form of CloudEvents 1.0: the attributes, and the payload as `data`.
    private func writeCloudEvent(to text: inout [UInt8]) throws {
        header.writeJSON(to: &text)
        text.removeLast()
        text.append(contentsOf: #","data":"#.utf8)
        switch payload {
        case .value(let envelope): text.append(contentsOf: try envelope.payloadJSON())
        case .json(let json):
            // A line break between two tokens would end the line of a server-sent event; inside a text JSON has none.
            text.append(contentsOf: json.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
        }
        text.append(UInt8(ascii: "}"))
    }
}

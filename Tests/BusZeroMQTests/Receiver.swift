import Bus
import BusZeroMQ
import JSON

/// One received event, read.
struct Received: Sendable {
    let topic: String
    let header: WireHeader
    let payload: JSONValue
}

/// A subscriber that hands its events out one at a time.
actor Receiver {
    nonisolated let subscriber: ZeroMQSubscriber
    private var waiting: [WireMessage] = []

    init(_ address: String, _ prefixes: String..., config: ZeroMQClientConfig = ZeroMQClientConfig()) throws {
        subscriber = try ZeroMQSubscriber(address, prefixes: prefixes, config: config)
    }

    /// The next event, welcomes and heartbeats included.
    func next() async throws -> Received {
        var batch = WireBatch()
        while waiting.isEmpty {
            guard await subscriber.next(&batch) else { throw TimedOut(what: "an event") }
            waiting.append(contentsOf: batch)
        }
        let message = waiting.removeFirst()
        return Received(
            topic: message.topicText,
            header: try EventCodec.decode(WireHeader.self, from: message.header),
            payload: try JSONValue(parsing: message.payload)
        )
    }

    /// The next event of a type, passing over others.
    func next(_ type: String, limit: Duration = .seconds(30)) async throws -> Received {
        try await within("an event of \(type)", limit: limit) {
            while true {
                let event = try await self.next()
                if event.header.type == type { return event }
            }
        }
    }
}

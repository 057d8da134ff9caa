import Bus
import BusZeroMQ
import JSON
import Store
import Telemetry

/// Takes in events of other processes.
///
/// Only types the station knows, in the version it knows, and only topics the caller may publish. What it takes in
/// carries the caller's name as `origin`, so that no bridge sends an event back to where it came from.
struct ForeignPublisher: Sendable {
    let bus: EventBus
    let store: any EventLog
    let author: Incarnation
    let metrics: MetricsRegistry
    /// Whether new events are taken at all.
    let isOpen: @Sendable () -> Bool

    private static let countMax = 256

    private enum Incoming {
        case transient(any TransientEvent, id: UUIDv7?)
        case durable(PendingEvent)
    }

    /// Publishes all events of a call, or none of them.
    func publish(_ call: ControlCall) async throws(JSONRPCError) -> JSONValue {
        try call.params.only("events")
        guard isOpen() else { throw .refused("the station is draining") }
        guard let origin = ActorName(call.caller.name.lowercased()) else {
            throw .refused("the caller's name cannot be an origin: \(call.caller.name)")
        }
        let list = try call.params.list("events", count: 1...Self.countMax)
        var incoming: [Incoming] = []
        incoming.reserveCapacity(list.count)
        for (index, value) in list.enumerated() {
            incoming.append(try read(value, at: "events[\(index)]", from: call.caller, origin: origin))
        }
        return try await publish(incoming, origin: origin)
    }

    /// Durable ones first: they can still fail, and then nothing has been published.
    private func publish(_ incoming: [Incoming], origin: ActorName) async throws(JSONRPCError) -> JSONValue {
        var pending: [PendingEvent] = []
        for case .durable(let event) in incoming { pending.append(event) }
        var headers: [EnvelopeHeader] = []
        if !pending.isEmpty {
            do throws(StoreError) {
                headers = try await store.append(pending, by: author)
            } catch {
                throw JSONRPCError(error)
            }
        }
        var logged = headers.makeIterator()
        var ids: [JSONValue] = []
        for event in incoming {
            switch event {
            case .durable: ids.append(.string(logged.next()?.id.description ?? ""))
            case .transient(let event, let id):
                ids.append(.string(try publish(event, id: id, origin: origin).description))
            }
        }
        metrics.counter(.zeromqReceivedEvents, origin.text).increment(by: incoming.count)
        return [
            "ids": .array(ids),
            "offsets": .array(headers.map { .int(Int64(clamping: $0.offset ?? 0)) }),
        ]
    }

    private func publish(
        _ event: some TransientEvent,
        id: UUIDv7?,
        origin: ActorName
    ) throws(JSONRPCError) -> UUIDv7 {
        do {
            return try bus.publish(event, from: author.name, origin: origin, id: id)
        } catch {
            throw .failedInside("\(error)")
        }
    }

    private func read(
        _ value: JSONValue,
        at place: String,
        from caller: ControlCaller,
        origin: ActorName
    ) throws(JSONRPCError) -> Incoming {
        guard let text = value["type"]?.string, let topic = Topic(text), let type = bus.type(of: topic) else {
            throw .badParameters("\(place).type", "\(place).type is no event type of this station")
        }
        let version = value["version"].map(\.int) ?? Int64(type.version)
        guard version == Int64(type.version) else {
            throw .badParameters("\(place).version", "\(text) is known in version \(type.version) only")
        }
        guard let payload = value["payload"], payload.object != nil else {
            throw .badParameters("\(place).payload", "\(place).payload must be an object")
        }
        let event: any Event
        do {
            event = try EventCodec.decode(type, from: payload.bytes)
        } catch {
            throw .badParameters("\(place).payload", "\(place).payload is no \(text): \(DecodingFault(error))")
        }
        let full = FullTopic(topic, event.subject)
        if let subject = value["subject"], subject.string != event.subject?.text {
            throw .badParameters("\(place).subject", "\(place).subject is not the subject of the payload")
        }
        guard mayPublish(full, caller) else {
            throw JSONRPCError(
                code: -32001,
                message: "not permitted: \(caller.name) may not publish \(full.text)",
                data: ["field": .string("\(place).type")]
            )
        }
        return try incoming(event, id: try id(value["id"], at: place), origin: origin, at: place)
    }

    private func mayPublish(_ topic: FullTopic, _ caller: ControlCaller) -> Bool {
        let isLocalOperator = caller.endpoint == "control" && caller.role >= .operator
        return isLocalOperator || caller.publishPrefixes.contains { topic.text.hasPrefix($0) }
    }

    private func id(_ value: JSONValue?, at place: String) throws(JSONRPCError) -> UUIDv7? {
        guard let value, !value.isNull else { return nil }
        guard let id = value.string.flatMap({ UUIDv7($0) }) else {
            throw .badParameters("\(place).id", "\(place).id must be a UUID")
        }
        return id
    }

    private func incoming(
        _ event: any Event,
        id: UUIDv7?,
        origin: ActorName,
        at place: String
    ) throws(JSONRPCError) -> Incoming {
        if let durable = event as? any DurableEvent {
            do throws(StoreError) {
                return .durable(try PendingEvent(durable, origin: origin, id: id))
            } catch {
                throw JSONRPCError(error)
            }
        }
        guard let transient = event as? any TransientEvent else {
            throw .failedInside("\(place) has no delivery class")
        }
        return .transient(transient, id: id)
    }
}

/// What is wrong with a payload, with the path of the field and without the values of others.
private struct DecodingFault: CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        func path(_ context: DecodingError.Context) -> String {
            let keys = context.codingPath.map(\.stringValue).joined(separator: ".")
            return keys.isEmpty ? "payload" : keys
        }
        description =
            switch error {
            case DecodingError.keyNotFound(let key, let context):
                "\((context.codingPath.map(\.stringValue) + [key.stringValue]).joined(separator: ".")) is missing"
            case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
                DecodingError.dataCorrupted(let context):
                "\(path(context)): \(context.debugDescription)"
            default: "it cannot be read"
            }
    }
}

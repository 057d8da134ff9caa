import Bus
import BusZeroMQ
import JSON
import Store
import Telemetry

/// `events.*`: what happened, read again or looked at, and the way in for foreign events.
struct EventMethods {
    let bus: EventBus
    let store: any EventLog
    let publisher: ForeignPublisher
    let metrics: MetricsRegistry

    /// How much of the log one answer carries.
    private static let replaySizeBytesMax = 1_048_576
    private static let replayCountMax: Int64 = 1000

    var all: [ControlMethod] {
        [
            ControlMethod(name: "events.snapshot", role: .viewer, isMutating: false) { call throws(JSONRPCError) in
                try snapshot(call)
            },
            ControlMethod(name: "events.replay", role: .viewer, isMutating: false) { call throws(JSONRPCError) in
                try await replay(call)
            },
            ControlMethod(name: "events.trace", role: .viewer, isMutating: false) { call throws(JSONRPCError) in
                try await trace(call)
            },
            // Durable foreign events are their own audit trail, and lossy ones come by the million.
            .reading("events.publish") { call throws(JSONRPCError) in try await publisher.publish(call) },
        ]
    }

    private func snapshot(_ call: ControlCall) throws(JSONRPCError) -> [UInt8] {
        try call.params.only("prefix")
        let prefix = try call.params.optionalText("prefix", sizeBytesMax: FullTopic.sizeBytesMax) ?? ""
        // The position first: what is published meanwhile is in the snapshot, and comes again as an event.
        let head = store.position.head
        var list = EventList()
        for envelope in bus.snapshot(prefix: prefix) {
            do {
                list.append(envelope.header, try envelope.payloadJSON())
            } catch {
                throw .failedInside("\(envelope.header.topic) does not encode")
            }
        }
        return list.object(with: ["offset": .int(Int64(clamping: head))])
    }

    private func replay(_ call: ControlCall) async throws(JSONRPCError) -> [UInt8] {
        try call.params.only("prefix", "fromOffset", "limit")
        let prefix = try call.params.optionalText("prefix", sizeBytesMax: FullTopic.sizeBytesMax) ?? ""
        let from = UInt64(try call.params.number("fromOffset", in: 0...Int64.max, otherwise: 0))
        let limit = Int(
            try call.params.number("limit", in: 1...Self.replayCountMax, otherwise: Self.replayCountMax)
        )
        let page: LogPage
        do throws(StoreError) {
            page = try await store.read(
                .prefix(prefix),
                from: from,
                limit: limit,
                sizeBytesMax: Self.replaySizeBytesMax
            )
        } catch {
            throw JSONRPCError(error)
        }
        // From 0 or 1 on means "what there is"; any other position that is gone has to be told.
        if from > 1, from < page.oldest { throw .agedOut(oldest: page.oldest) }
        var list = EventList()
        for event in page.events { list.append(event.header, event.payload) }
        metrics.counter(.zeromqReplayedEvents).increment(by: page.events.count)
        return list.object(
            with: [
                "next": .int(Int64(clamping: page.next)),
                "head": .int(Int64(clamping: page.head)),
                "oldest": .int(Int64(clamping: page.oldest)),
                "complete": .bool(page.isComplete),
            ]
        )
    }

    private func trace(_ call: ControlCall) async throws(JSONRPCError) -> [UInt8] {
        try call.params.only("id")
        guard let id = UUIDv7(try call.params.text("id")) else {
            throw .badParameters("id", "id must be a UUID")
        }
        let events: [RecordedEvent]
        do throws(StoreError) {
            events = try await store.trace(id)
        } catch {
            throw JSONRPCError(error)
        }
        guard !events.isEmpty else { throw .notFound("no logged event belongs to \(id)") }
        var list = EventList()
        for event in events { list.append(event.header, event.payload) }
        return list.object(with: [:])
    }
}

/// Events as the `events` member of an answer; payloads go in as the JSON they already are.
private struct EventList {
    private var bytes: [UInt8] = Array(#"{"events":["#.utf8)
    private var isEmpty = true

    mutating func append(_ header: EnvelopeHeader, _ payload: [UInt8]) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        bytes.append(contentsOf: #"{"header":"#.utf8)
        header.writeJSON(to: &bytes)
        bytes.append(contentsOf: #","payload":"#.utf8)
        bytes.append(contentsOf: payload)
        bytes.append(UInt8(ascii: "}"))
    }

    consuming func object(with members: [String: JSONValue]) -> [UInt8] {
        bytes.append(UInt8(ascii: "]"))
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            bytes.append(contentsOf: ",".utf8)
            JSONValue.string(name).write(to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            value.write(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

extension JSONRPCError {
    /// What a caller is told of a failure of the store; what the database said stays inside.
    init(_ error: StoreError) {
        self =
            switch error.code {
            case .busy: .busy
            case .closed: .unavailable("the station is stopping")
            case .constraint: .refused("an event with this id is in the log already")
            case .full: .unavailable("the disk is full")
            case .tooLarge: .refused("\(error.subject) is too large")
            case .unreachable: .unavailable("the event log cannot be written or read")
            default: .failedInside("\(error)")
            }
    }
}

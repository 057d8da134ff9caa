internal import BusZeroMQ
import JSON

extension Client {
    /// The newest state event of every topic that starts with `prefix`.
    ///
    /// - Throws: `ClientError`; `CancellationError` when the task is cancelled.
    public func snapshot(_ prefix: String = "", timeout: Duration? = nil) async throws -> [Event] {
        try Client.events(in: await call("events.snapshot", ["prefix": .string(prefix)], timeout: timeout))
    }

    /// One page of the event log; go on from `next` until `isComplete`.
    ///
    /// - Throws: `ClientError`, with `refusal.oldest` when the position has aged out.
    public func replay(
        _ prefix: String = "",
        from offset: UInt64,
        limit: Int = 1000,
        timeout: Duration? = nil
    ) async throws -> ReplayPage {
        let params: [String: JSONValue] = [
            "prefix": .string(prefix), "fromOffset": .int(Int64(clamping: offset)), "limit": .int(Int64(limit)),
        ]
        let result = try await call("events.replay", params, timeout: timeout)
        guard let next = Client.number(result["next"]) else {
            throw ClientError(.protocolViolation, "events.replay: the answer has no next offset")
        }
        return ReplayPage(
            events: try Client.events(in: result),
            next: next,
            head: Client.number(result["head"]) ?? 0,
            oldest: Client.number(result["oldest"]) ?? 0,
            isComplete: result["complete"]?.bool ?? false
        )
    }

    /// The logged events of the same chain of causes, oldest first.
    ///
    /// - Throws: `ClientError`; `CancellationError` when the task is cancelled.
    public func trace(_ id: String, timeout: Duration? = nil) async throws -> [Event] {
        try Client.events(in: await call("events.trace", ["id": .string(id)], timeout: timeout))
    }

    /// Publishes up to 256 events, all or none.
    ///
    /// - Parameters:
    ///   - events: in the order in which they are to be published.
    ///   - timeout: from now until the answer.
    ///   - id: a request repeated under its id within ten minutes publishes nothing a second time.
    /// - Returns: ids and offsets, in the order of the events.
    /// - Throws: `ClientError`; `CancellationError` when the task is cancelled.
    public func publish(
        _ events: [OutgoingEvent],
        timeout: Duration? = nil,
        id: String? = nil
    ) async throws -> Published {
        let params: [String: JSONValue] = ["events": .array(try events.map { event throws in try event.value })]
        let result = try await call("events.publish", params, timeout: timeout, id: id)
        return Published(
            ids: result["ids"]?.array?.compactMap(\.string) ?? [],
            offsets: result["offsets"]?.array?.map { Client.number($0) } ?? []
        )
    }

    private static func events(in result: JSONValue) throws(ClientError) -> [Event] {
        guard let parts = result["events"]?.array else {
            throw ClientError(.protocolViolation, "the answer has no events")
        }
        var events: [Event] = []
        events.reserveCapacity(parts.count)
        for part in parts {
            guard let event = Event(part: part) else {
                throw ClientError(.protocolViolation, "the answer has an event without header or payload")
            }
            events.append(event)
        }
        return events
    }

    private static func number(_ value: JSONValue?) -> UInt64? { value?.int.flatMap(UInt64.init(exactly:)) }
}

/// An event to publish.
public struct OutgoingEvent: Sendable {
    public var type: String
    public var subject: String?
    public var version: Int?
    /// The JSON text of the payload.
    public var payloadJSON: String
    /// A UUIDv7; the station makes one when absent.
    public var id: String?

    public init(
        type: String,
        subject: String? = nil,
        version: Int? = nil,
        payloadJSON: String = "{}",
        id: String? = nil
    ) {
        self.type = type
        self.subject = subject
        self.version = version
        self.payloadJSON = payloadJSON
        self.id = id
    }

    fileprivate var value: JSONValue {
        get throws(ClientError) {
            var members: [String: JSONValue] = ["type": .string(type)]
            members["subject"] = subject.map(JSONValue.string)
            members["version"] = version.map { .int(Int64($0)) }
            members["id"] = id.map(JSONValue.string)
            do {
                members["payload"] = try JSONValue(parsing: Array(payloadJSON.utf8))
            } catch {
                throw ClientError(.badSetting, "the payload of \(type) is not JSON: \(error)")
            }
            return .object(members)
        }
    }
}

/// What became of published events, in their order.
public struct Published: Hashable, Sendable {
    public let ids: [String]
    /// Positions in the event log, `nil` for events that are not durable; empty when none is.
    public let offsets: [UInt64?]
}

import Bus
import JSON
import NIOCore
import WebSocket

/// What the station tells a client about the connection itself.
///
/// Its name has no dot, so it cannot be taken for an event's topic.
struct LiveNotice {
    /// Such as `welcome`: an event's name, or a message's `type`.
    let name: String
    let members: [String: JSONValue]
    /// Where a client of server-sent events goes on from.
    var id: UInt64?
    /// How long such a client waits before it connects again.
    var retryMilliseconds: Int?

    init(_ name: String, _ members: [String: JSONValue] = [:]) {
        self.name = name
        self.members = members
    }

    /// Some messages were lost because the client was too slow, or the station was.
    static func lagged(_ losses: LiveLosses) -> LiveNotice {
        LiveNotice(
            "lagged",
            [
                "state": .int(Int64(losses.state)), "data": .int(Int64(losses.data)),
                "missed": .int(Int64(losses.missed)),
            ]
        )
    }

    /// Events that are gone from the log, or were never in it.
    ///
    /// - Parameters:
    ///   - from: the first offset that was wanted.
    ///   - resumed: the first that follows.
    /// - Returns: the notice.
    static func gap(from: UInt64, resumed: UInt64) -> LiveNotice {
        LiveNotice("gap", ["from": .int(Int64(clamping: from)), "oldest": .int(Int64(clamping: resumed))])
    }

    /// Somebody who runs the station speaks to the clients.
    static func broadcast(_ text: String, at time: Timestamp) -> LiveNotice {
        LiveNotice("broadcast", ["text": .string(text), "time": .string("\(time)")])
    }

    /// The station ends the connection; the client may come back.
    static func bye(_ reason: String, reconnectMilliseconds: Int) -> LiveNotice {
        var notice = LiveNotice(
            "bye",
            ["reason": .string(reason), "reconnect_after_ms": .int(Int64(reconnectMilliseconds))]
        )
        notice.retryMilliseconds = reconnectMilliseconds
        return notice
    }

    func bytes(for kind: LiveKind) -> ByteBuffer {
        switch kind {
        case .events:
            return EventStreamText.event(
                name,
                data: JSONValue.object(members).bytes,
                id: id,
                retryMilliseconds: retryMilliseconds
            )
        case .socket:
            var members = members
            members["type"] = .string(name)
            return WebSocketText.message(JSONValue.object(members).bytes)
        }
    }
}

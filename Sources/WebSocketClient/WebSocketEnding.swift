/// Why a WebSocket has ended, or was never open.
package struct WebSocketEnding: Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// Nobody may be asked there, or not in this way: trying again changes nothing.
        case unavailable
        case unreachable
        /// What the server answered to the request was not a WebSocket; the status is in the text.
        case refused
        /// The server's answer to the request breaks RFC 6455 §4.2.2.
        case badHandshake
        case timedOut
        /// The server broke the protocol, or sent what is not taken.
        case fault
        /// The server said goodbye.
        case closed
        /// The connection went away without a goodbye.
        case cut
        /// We have ended it.
        case ours
    }

    package let reason: Reason
    /// What happened, in words for an operator.
    package let description: String
    /// How long the server wants to be left alone.
    package var retryAfter: Duration?

    package init(_ reason: Reason, _ description: String, retryAfter: Duration? = nil) {
        self.reason = reason
        self.description = description
        self.retryAfter = retryAfter
    }
}

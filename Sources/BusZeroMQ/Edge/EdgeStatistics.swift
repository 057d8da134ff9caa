import Threading

/// What the edge has carried and refused since it started.
package struct EdgeStatistics: Hashable, Sendable {
    /// Events handed to a socket, once per socket.
    package internal(set) var sent: UInt64 = 0
    package internal(set) var sentBytes: UInt64 = 0
    /// Events that nobody subscribes to.
    package internal(set) var skipped: UInt64 = 0
    /// Events whose payload could not be encoded.
    package internal(set) var encodingFailures: UInt64 = 0
    /// Events dropped because the encoder could not keep up.
    package internal(set) var tapDropped: UInt64 = 0
    package internal(set) var tapDepth = 0

    package internal(set) var welcomes: UInt64 = 0
    /// Prefixes subscribed to, over all endpoints.
    package internal(set) var subscriptions = 0
    /// Subscriptions ignored: longer than a topic can be, or not ASCII.
    package internal(set) var subscriptionsRefused: UInt64 = 0

    package internal(set) var controlRequests: UInt64 = 0
    /// Answered with "not permitted" or "unknown method".
    package internal(set) var controlRefused: UInt64 = 0
    package internal(set) var controlBusy: UInt64 = 0
    /// Answered from memory, or together with the first.
    package internal(set) var controlRepeated: UInt64 = 0
    /// Not JSON, not a request, too long, or not of one frame.
    package internal(set) var controlMalformed: UInt64 = 0
    package internal(set) var controlQueueDepth = 0

    /// Connections that the authenticator refused.
    package internal(set) var authFailures: UInt64 = 0
    package internal(set) var authSuccesses: UInt64 = 0
    /// Whether encrypted endpoints are shut because the authenticator died.
    package internal(set) var isAuthenticatorDead = false

    /// By endpoint name.
    package internal(set) var connections: [String: PeerCounters] = [:]
    /// Connected subscribers and control clients, without the edge's own.
    package internal(set) var peers = 0
    /// How long ago the edge last saw its own event come in through the real socket; `nil` before the first.
    package internal(set) var canaryAge: Duration?

    package init() {}
}

/// The counters behind `EdgeStatistics`, which several threads add to.
final class EdgeCounters: Sendable {
    private let state = Mutex(EdgeStatistics())

    func update(_ change: (inout EdgeStatistics) -> Void) {
        // Proof: it runs inside this call only, on this thread, and changes nothing but the value that it is given.
        nonisolated(unsafe) let change = change
        state.withLock { change(&$0) }
    }

    var value: EdgeStatistics { state.withLock { $0 } }
}

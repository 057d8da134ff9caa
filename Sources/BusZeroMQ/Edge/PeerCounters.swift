/// What the connections of one endpoint have gone through.
package struct PeerCounters: Hashable, Sendable {
    package private(set) var accepted: UInt64 = 0
    package private(set) var handshakeSucceeded: UInt64 = 0
    /// Ended before the handshake did: gone, silent for too long, or no ZeroMQ at all.
    package private(set) var handshakeFailedNoDetail: UInt64 = 0
    /// Broke the protocol, or spoke another security mechanism.
    package private(set) var handshakeFailedProtocol: UInt64 = 0
    /// Refused by the authenticator.
    package private(set) var handshakeFailedAuth: UInt64 = 0
    package private(set) var disconnected: UInt64 = 0
    /// Could not be accepted, for instance for want of descriptors.
    package private(set) var acceptFailed: UInt64 = 0

    package init() {}

    /// Connections open now, in whatever state.
    package var open: Int { Int(clamping: accepted) - Int(clamping: min(accepted, disconnected)) }

    /// Connections that may be those of peers: at most the ones open, and none before the first handshake succeeded.
    ///
    /// libzmq does not say which connection a handshake or its failure belongs to, so connections that are still in
    /// theirs count here until they are done or have run out of time.
    package var peers: Int { min(open, Int(clamping: handshakeSucceeded)) }

    /// The socket has been closed, and all connections with it.
    mutating func closeAll() { disconnected = max(disconnected, accepted) }

    mutating func observe(_ event: ConnectionEvent) {
        switch event {
        case .accepted: accepted += 1
        case .handshakeSucceeded: handshakeSucceeded += 1
        case .handshakeFailed: handshakeFailedNoDetail += 1
        case .handshakeFailedProtocol: handshakeFailedProtocol += 1
        case .handshakeFailedAuth: handshakeFailedAuth += 1
        case .disconnected: disconnected += 1
        case .acceptFailed: acceptFailed += 1
        case .listening, .connected, .connectRetried, .other: break
        }
    }
}

/// How a client connects to a daemon's endpoint.
package struct ZeroMQClientConfig: Sendable {
    /// Needed for endpoints with CURVE.
    package var curve: ClientCurve?
    /// Messages that libzmq holds for this client before it stops reading.
    package var receiveHighWaterMark: Int32 = 50_000
    /// Messages received but not yet taken; beyond it the oldest are dropped and counted.
    package var bufferedMessagesMax = 100_000
    /// The bytes of those messages.
    package var bufferedBytesMax = 64 << 20
    /// A larger message ends the connection.
    package var messageSizeBytesMax: Int64 = 8 << 20
    /// How often a silent connection is probed, and how long the answer may take.
    package var heartbeatInterval: Duration = .seconds(5)
    package var heartbeatTimeout: Duration = .seconds(15)
    /// The first pause before connecting again, and the longest; each one is twice as long as the one before.
    ///
    /// Unless set: 100 ms to 1 s on ipc, 1 s to 30 s on TCP.
    package var reconnectInterval: ClosedRange<Duration>?
    /// Requests under way at the same time.
    package var requestsMax = 256

    package init() {}

    package init(curve: ClientCurve?) { self.curve = curve }

    func reconnectInterval(for address: String) -> ClosedRange<Duration> {
        if let reconnectInterval { return reconnectInterval }
        return address.hasPrefix("tcp:") ? .seconds(1) ... .seconds(30) : .milliseconds(100) ... .seconds(1)
    }
}

/// The keys for a connection to an endpoint with CURVE.
package struct ClientCurve: Sendable {
    package let serverPublicKey: String
    package let client: CurveKeyPair

    /// - Throws: `ZeroMQError` with `.badSetting` when the server's key is not one.
    package init(serverPublicKey: String, client: CurveKeyPair) throws(ZeroMQError) {
        guard CurveKeyPair.isKey(serverPublicKey) else {
            throw ZeroMQError(.badSetting, "not a CURVE public key: 40 characters of Z85 are needed")
        }
        self.serverPublicKey = serverPublicKey
        self.client = client
    }
}

/// How a client's connection has been doing.
package struct ConnectionStatistics: Hashable, Sendable {
    /// Whether the handshake is done and the connection has not broken since.
    package internal(set) var isConnected = false
    package internal(set) var handshakes: UInt64 = 0
    package internal(set) var disconnects: UInt64 = 0
    /// Handshakes that failed for another reason than the key.
    package internal(set) var handshakeFailures: UInt64 = 0
    /// Handshakes in which the daemon refused the key.
    package internal(set) var authFailures: UInt64 = 0

    package init() {}

    mutating func observe(_ event: ConnectionEvent) {
        switch event {
        case .handshakeSucceeded:
            isConnected = true
            handshakes += 1
        case .disconnected:
            isConnected = false
            disconnects += 1
        case .handshakeFailed, .handshakeFailedProtocol: handshakeFailures += 1
        case .handshakeFailedAuth: authFailures += 1
        case .listening, .accepted, .connected, .connectRetried, .acceptFailed, .other: break
        }
    }
}

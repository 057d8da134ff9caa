import CZeroMQ

/// What a socket's connections go through, as libzmq tells it.
enum ConnectionEvent: Hashable, Sendable {
    case listening
    case accepted
    case connected
    case connectRetried
    case handshakeSucceeded
    /// The peer went away or sent nonsense during the handshake.
    case handshakeFailed
    /// The peer broke the protocol, or speaks another security mechanism.
    case handshakeFailedProtocol
    /// The ZAP handler refused the peer.
    case handshakeFailedAuth
    case disconnected
    case acceptFailed
    case other

    init(number: UInt16) {
        self =
            switch Int32(number) {
            case ZMQ_EVENT_LISTENING: .listening
            case ZMQ_EVENT_ACCEPTED: .accepted
            case ZMQ_EVENT_CONNECTED: .connected
            case ZMQ_EVENT_CONNECT_RETRIED: .connectRetried
            case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: .handshakeSucceeded
            case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: .handshakeFailed
            case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: .handshakeFailedProtocol
            case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .handshakeFailedAuth
            case ZMQ_EVENT_DISCONNECTED: .disconnected
            case ZMQ_EVENT_ACCEPT_FAILED: .acceptFailed
            default: .other
            }
    }
}

/// Receives one socket's connection events.
///
/// libzmq's own thread waits when the queue of events is full, so the queue is long and must be drained in each turn.
struct SocketMonitor: ~Copyable {
    let socket: ZeroMQSocket
    private var message = ZeroMQMessage()

    /// Watches a socket that is not bound or connected yet, under a name that is unique in the context.
    init(of watched: borrowing ZeroMQSocket, in context: ZeroMQContext, name: String) throws(ZeroMQError) {
        let address = "inproc://monitor.\(name)"
        guard zmq_socket_monitor(watched.raw, address, ZMQ_EVENT_ALL) == 0 else {
            throw .last("cannot watch the connections of \(name)")
        }
        let socket = try ZeroMQSocket(.pair, in: context)
        try socket.set(ZMQ_RCVHWM, 100_000)
        try socket.connect(address)
        self.socket = socket
    }

    /// Ends the events of a socket that is about to be closed, while they can still be taken.
    ///
    /// Without this the socket's last event would find no receiver, and libzmq's own thread would wait for one forever.
    static func stop(_ watched: borrowing ZeroMQSocket) { zmq_socket_monitor(watched.raw, nil, 0) }

    /// Handles every event that has arrived.
    mutating func drain(_ handle: (ConnectionEvent) -> Void) {
        while true {
            var event: UInt16?
            let frames = socket.receive(&message) { index, bytes in
                if index == 0, bytes.count >= 6, let start = bytes.baseAddress { event = czmq_monitor_event(start) }
            }
            guard frames > 0 else { return }
            if let event { handle(ConnectionEvent(number: event)) }
        }
    }
}

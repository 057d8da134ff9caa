import CZeroMQ
import Threading

/// A connected socket with its monitor, as the threads of both clients own one.
struct ClientSocket: ~Copyable {
    let socket: ZeroMQSocket
    private var monitor: SocketMonitor

    init(_ kind: ZeroMQSocket.Kind, to address: String, config: ZeroMQClientConfig) throws(ZeroMQError) {
        let context = try ZeroMQContext()
        let socket = try ZeroMQSocket(kind, in: context)
        try socket.set(ZMQ_RCVHWM, config.receiveHighWaterMark)
        try socket.set(ZMQ_MAXMSGSIZE, wide: config.messageSizeBytesMax)
        let pause = config.reconnectInterval(for: address)
        try socket.set(ZMQ_RECONNECT_IVL, pause.lowerBound.wholeMilliseconds)
        try socket.set(ZMQ_RECONNECT_IVL_MAX, pause.upperBound.wholeMilliseconds)
        try socket.set(ZMQ_HEARTBEAT_IVL, config.heartbeatInterval.wholeMilliseconds)
        try socket.set(ZMQ_HEARTBEAT_TIMEOUT, config.heartbeatTimeout.wholeMilliseconds)
        try socket.set(ZMQ_HEARTBEAT_TTL, config.heartbeatTimeout.wholeMilliseconds)
        try socket.set(ZMQ_TCP_KEEPALIVE, 1)
        if let curve = config.curve {
            try socket.set(ZMQ_CURVE_SERVERKEY, bytes: curve.serverPublicKey.utf8)
            try socket.set(ZMQ_CURVE_PUBLICKEY, bytes: curve.client.publicKey.utf8)
            try socket.set(ZMQ_CURVE_SECRETKEY, bytes: curve.client.secretKey.utf8)
        }
        let monitor = try SocketMonitor(of: socket, in: context, name: "client")
        try socket.connect(address)
        self.socket = socket
        self.monitor = monitor
    }

    deinit { SocketMonitor.stop(socket) }

    /// Waits until the socket or the monitor has something, another thread signals, or the time is over.
    ///
    /// A timeout of -1 is no limit.
    func wait(_ wakeUp: WakeUp, timeoutMilliseconds: Int = -1) {
        let input = Int16(ZMQ_POLLIN)
        var items = [
            zmq_pollitem_t(socket: socket.raw, fd: 0, events: input, revents: 0),
            zmq_pollitem_t(socket: monitor.socket.raw, fd: 0, events: input, revents: 0),
            zmq_pollitem_t(socket: nil, fd: wakeUp.descriptor, events: input, revents: 0),
        ]
        // A signal that interrupts the wait only makes one turn more.
        zmq_poll(&items, Int32(items.count), timeoutMilliseconds)
        if items[2].revents != 0 { wakeUp.drain() }
    }

    mutating func drainMonitor(_ handle: (ConnectionEvent) -> Void) { monitor.drain(handle) }
}

extension Duration {
    /// Rounded up, and kept within what libzmq's options take.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow else { return seconds < 0 ? 0 : .max }
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: max(0, milliseconds.partialValue + rest))
    }
}

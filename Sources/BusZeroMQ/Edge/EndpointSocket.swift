import CZeroMQ
import Glibc

/// A bound socket of the edge with its monitor and counters, used only by the socket thread.
final class EndpointSocket {
    let endpoint: ZeroMQEndpoint
    /// Whether it takes only authorised CURVE keys.
    let isSecured: Bool
    /// Its place among the sockets of its kind: the bit of a record's targets, or the number in a route.
    let index: Int
    let socket: ZeroMQSocket
    private var monitor: SocketMonitor
    private(set) var peers: PeerCounters
    /// The ipc file to remove at the end; `nil` for TCP and for sockets that the process was started with.
    private let ownPath: String?

    static let zapDomain = "cryptocall"

    /// Makes, configures and binds a socket; `generation` tells the monitors of sockets that replace one another apart.
    init(
        _ endpoint: ZeroMQEndpoint,
        index: Int,
        generation: Int,
        peers: PeerCounters,
        config: ZeroMQConfig,
        context: ZeroMQContext
    ) throws(ZeroMQError) {
        let socket = try ZeroMQSocket(endpoint.kind == .events ? .publisher : .router, in: context)
        let isSecured = !endpoint.isLocal && config.serverKey != nil
        try EndpointSocket.configure(socket, endpoint.kind, config)
        if isSecured, let key = config.serverKey {
            try socket.set(ZMQ_CURVE_SERVER, 1)
            try socket.set(ZMQ_CURVE_SECRETKEY, bytes: key.secretKey.utf8)
            try socket.set(ZMQ_ZAP_DOMAIN, bytes: EndpointSocket.zapDomain.utf8)
        }
        let monitor = try SocketMonitor(of: socket, in: context, name: "\(endpoint.name).\(generation)")
        let ownPath = try EndpointSocket.bind(socket, endpoint, config, isSecured: isSecured)
        var bound = endpoint
        let resolved = socket.lastEndpoint
        if !endpoint.isLocal, !resolved.isEmpty { bound.address = resolved }
        self.endpoint = bound
        self.isSecured = isSecured
        self.index = index
        self.peers = peers
        self.ownPath = ownPath
        self.socket = socket
        self.monitor = monitor
    }

    /// libzmq reads most options when a socket is bound, so all of them are set before that.
    private static func configure(
        _ socket: borrowing ZeroMQSocket,
        _ kind: ZeroMQEndpoint.Kind,
        _ config: ZeroMQConfig
    ) throws(ZeroMQError) {
        switch kind {
        case .events:
            // Every subscription and its end is passed on, also repeated ones: each gets a welcome.
            try socket.set(ZMQ_XPUB_VERBOSER, 1)
            // What subscribers send is prefixes of at most 200 bytes, and the commands of the handshake.
            try socket.set(ZMQ_MAXMSGSIZE, wide: 1024)
        case .control:
            try socket.set(ZMQ_ROUTER_MANDATORY, 0)
            // Requests somewhat too long are answered with an error; far longer ones end the connection.
            try socket.set(ZMQ_MAXMSGSIZE, wide: Int64(config.controlMessageBytesMax) * 4)
            try socket.set(ZMQ_RCVHWM, 1000)
        }
        try socket.set(ZMQ_SNDHWM, config.sendHighWaterMark)
        try socket.set(ZMQ_HANDSHAKE_IVL, config.handshakeInterval.wholeMilliseconds)
        try socket.set(ZMQ_HEARTBEAT_IVL, config.heartbeatInterval.wholeMilliseconds)
        try socket.set(ZMQ_HEARTBEAT_TIMEOUT, config.heartbeatTimeout.wholeMilliseconds)
        try socket.set(ZMQ_HEARTBEAT_TTL, config.heartbeatTTL.wholeMilliseconds)
        try socket.set(ZMQ_TCP_KEEPALIVE, 1)
        try socket.set(ZMQ_TCP_KEEPALIVE_IDLE, 30)
        try socket.set(ZMQ_TCP_KEEPALIVE_INTVL, 10)
        try socket.set(ZMQ_BACKLOG, config.backlog)
        try socket.set(ZMQ_LINGER, config.closeHold.wholeMilliseconds)
    }

    /// - Returns: the file that was made.
    private static func bind(
        _ socket: borrowing ZeroMQSocket,
        _ endpoint: ZeroMQEndpoint,
        _ config: ZeroMQConfig,
        isSecured: Bool
    ) throws(ZeroMQError) -> String? {
        if let inherited = config.inheritedDescriptors[endpoint.name] {
            if !endpoint.isLocal, !isSecured, !ZeroMQEndpoint.isLoopback(descriptor: inherited) {
                throw ZeroMQError(
                    .badAddress,
                    "the inherited socket of \(endpoint.name) can be reached from other machines, which needs CURVE"
                )
            }
            // libzmq closes what it is given; the copy keeps the listener for the next time it is opened.
            let copy = fcntl(inherited, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else {
                throw ZeroMQError(.system, "the inherited socket of \(endpoint.name) is not open")
            }
            _ = fcntl(copy, F_SETFL, O_NONBLOCK)
            try adopt(copy, socket, endpoint.address)
            return nil
        }
        guard endpoint.isLocal, let path = endpoint.path else {
            try socket.bind(endpoint.address)
            return nil
        }
        try adopt(try UnixListener.listen(path, backlog: config.backlog), socket, endpoint.address)
        return path
    }

    private static func adopt(
        _ descriptor: Int32,
        _ socket: borrowing ZeroMQSocket,
        _ address: String
    ) throws(ZeroMQError) {
        try socket.set(ZMQ_USE_FD, descriptor)
        try socket.bind(address)
        try socket.set(ZMQ_USE_FD, -1)
    }

    deinit {
        SocketMonitor.stop(socket)
        // Before the socket closes, so that a successor's file cannot be the one removed.
        if let ownPath { UnixListener.remove(ownPath) }
    }

    var monitorRaw: UnsafeMutableRawPointer { monitor.socket.raw }

    func drainMonitor() { monitor.drain { peers.observe($0) } }
}

import CZeroMQ

/// One received frame, whose storage is used again for the next.
struct ZeroMQMessage: ~Copyable {
    private var raw = zmq_msg_t()

    init() { zmq_msg_init(&raw) }

    deinit {
        var raw = raw
        zmq_msg_close(&raw)
    }

    /// - Returns: `false` when there is nothing to take, or the socket is gone.
    mutating func receive(_ socket: UnsafeMutableRawPointer) -> Bool {
        while true {
            if zmq_msg_recv(&raw, socket, ZMQ_DONTWAIT) >= 0 { return true }
            guard zmq_errno() == EINTR else { return false }
        }
    }

    /// Valid until the next `receive`.
    var bytes: UnsafeRawBufferPointer {
        mutating get { UnsafeRawBufferPointer(start: zmq_msg_data(&raw), count: zmq_msg_size(&raw)) }
    }

    var hasMore: Bool { mutating get { zmq_msg_more(&raw) != 0 } }

    /// A property of the connection that the message came through, such as `User-Id`.
    mutating func property(_ name: String) -> String? {
        guard let value = zmq_msg_gets(&raw, name) else { return nil }
        return String(cString: value)
    }
}

import CZeroMQ

/// One socket, used only by the thread that polls it and closed when it goes out of scope.
struct ZeroMQSocket: ~Copyable {
    let raw: UnsafeMutableRawPointer
    private let context: ZeroMQContext

    enum Kind {
        case publisher, subscriber, router, dealer, pair, reply

        var number: Int32 {
            switch self {
            case .publisher: ZMQ_XPUB
            case .subscriber: ZMQ_SUB
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .pair: ZMQ_PAIR
            case .reply: ZMQ_REP
            }
        }
    }

    init(_ kind: Kind, in context: ZeroMQContext) throws(ZeroMQError) {
        guard let raw = zmq_socket(context.raw, kind.number) else { throw .last("cannot make a \(kind) socket") }
        var linger: Int32 = 0
        zmq_setsockopt(raw, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        self.raw = raw
        self.context = context
    }

    deinit { zmq_close(raw) }

    // MARK: Options

    func set(_ option: Int32, _ value: Int32) throws(ZeroMQError) {
        var value = value
        guard zmq_setsockopt(raw, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw .last("cannot set socket option \(option) to \(value)")
        }
    }

    func set(_ option: Int32, wide value: Int64) throws(ZeroMQError) {
        var value = value
        guard zmq_setsockopt(raw, option, &value, MemoryLayout<Int64>.size) == 0 else {
            throw .last("cannot set socket option \(option) to \(value)")
        }
    }

    func set(_ option: Int32, bytes: some Collection<UInt8>) throws(ZeroMQError) {
        let bytes = Array(bytes)
        // The value may be a secret key, so it is not part of the message.
        guard zmq_setsockopt(raw, option, bytes, bytes.count) == 0 else {
            throw .last("cannot set socket option \(option)")
        }
    }

    /// The address as libzmq resolved it, with the port that the system chose.
    var lastEndpoint: String {
        var buffer = [UInt8](repeating: 0, count: 512)
        var size = buffer.count
        guard zmq_getsockopt(raw, ZMQ_LAST_ENDPOINT, &buffer, &size) == 0, size > 0 else { return "" }
        return String(decoding: buffer.prefix(size - 1), as: UTF8.self)
    }

    // MARK: Addresses

    func bind(_ address: String) throws(ZeroMQError) {
        guard zmq_bind(raw, address) == 0 else { throw .last("cannot listen on \(address)") }
    }

    func unbind(_ address: String) throws(ZeroMQError) {
        guard zmq_unbind(raw, address) == 0 else { throw .last("cannot stop listening on \(address)") }
    }

    func connect(_ address: String) throws(ZeroMQError) {
        guard zmq_connect(raw, address) == 0 else { throw .last("cannot connect to \(address)") }
    }

    // MARK: Messages

    enum Sent { case sent, wouldBlock, failed }

    /// Sends one frame without waiting.
    func send(_ bytes: some Collection<UInt8>, more: Bool = false) -> Sent {
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        let fast = bytes.withContiguousStorageIfAvailable { zmq_send(raw, $0.baseAddress, $0.count, flags) }
        let result = fast ?? zmq_send(raw, Array(bytes), bytes.count, flags)
        if result >= 0 { return .sent }
        return zmq_errno() == EAGAIN ? .wouldBlock : .failed
    }

    /// Takes the next message, frame by frame, without waiting.
    ///
    /// - Parameters:
    ///   - message: filled with the last frame read; its properties are those of the whole message.
    ///   - frame: called with each frame; the bytes are valid during the call only.
    /// - Returns: the number of frames; 0 when there is no message.
    func receive(_ message: inout ZeroMQMessage, _ frame: (Int, UnsafeRawBufferPointer) -> Void) -> Int {
        var count = 0
        repeat {
            // Parts of one message arrive together, so only the first call can find nothing.
            guard message.receive(raw) else { return count }
            frame(count, message.bytes)
            count += 1
        } while message.hasMore
        return count
    }
}

import BusZeroMQ
import CZeroMQ
import Glibc
import JSON
import Threading

/// A plain ZeroMQ socket that may send what no proper client would. Used by one test at a time.
// Proof for `@unchecked`: the tests use each from one task, which awaits between any two uses on different threads.
final class RawPeer: @unchecked Sendable {
    private let context: UnsafeMutableRawPointer
    private let socket: UnsafeMutableRawPointer

    init(_ kind: Int32, _ address: String, curve: ClientCurve? = nil, highWaterMark: Int32? = nil) throws {
        guard let context = zmq_ctx_new(), let socket = zmq_socket(context, kind) else {
            throw ZeroMQError(.system, "no socket")
        }
        self.context = context
        self.socket = socket
        var linger: Int32 = 0
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, 4)
        if let curve {
            set(ZMQ_CURVE_SERVERKEY, curve.serverPublicKey)
            set(ZMQ_CURVE_PUBLICKEY, curve.client.publicKey)
            set(ZMQ_CURVE_SECRETKEY, curve.client.secretKey)
        }
        if let highWaterMark { set(ZMQ_RCVHWM, highWaterMark) }
        guard zmq_connect(socket, address) == 0 else { throw ZeroMQError(.badAddress, address) }
    }

    deinit {
        zmq_close(socket)
        zmq_ctx_term(context)
    }

    func set(_ option: Int32, _ text: String) { zmq_setsockopt(socket, option, text, text.utf8.count) }

    func set(_ option: Int32, _ number: Int32) {
        var number = number
        zmq_setsockopt(socket, option, &number, 4)
    }

    func send(_ frames: [UInt8]...) {
        for (index, frame) in frames.enumerated() {
            zmq_send(socket, frame, frame.count, index < frames.count - 1 ? ZMQ_SNDMORE : 0)
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Waits for a message, on a thread of its own.
    func receive(timeoutMilliseconds: Int32 = 10_000) async throws -> [[UInt8]] {
        set(ZMQ_RCVTIMEO, timeoutMilliseconds)
        return try await onThread {
            var frames: [[UInt8]] = []
            var message = zmq_msg_t()
            zmq_msg_init(&message)
            defer { zmq_msg_close(&message) }
            repeat {
                guard zmq_msg_recv(&message, self.socket, 0) >= 0 else { throw TimedOut(what: "a message") }
                let bytes = UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))
                frames.append(Array(bytes))
            } while zmq_msg_more(&message) != 0
            return frames
        }
    }

    func receiveJSON() async throws -> JSONValue { try JSONValue(parsing: try await receive().last ?? []) }
}

/// Runs something that blocks on a thread of its own.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        do {
            _ = try OSThread(name: "test") { continuation.resume(with: Swift.Result(catching: body)) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// Opens a TCP connection that speaks no ZeroMQ, or only the start of it.
func openTCP(_ address: String, sending bytes: [UInt8]) -> Int32 {
    guard let port = UInt16(address.split(separator: ":").last ?? "") else { return -1 }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var target = sockaddr_in()
    target.sin_family = sa_family_t(AF_INET)
    target.sin_port = port.bigEndian
    target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &target) { target in
        target.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard connected == 0 else {
        close(descriptor)
        return -1
    }
    if !bytes.isEmpty { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
    return descriptor
}

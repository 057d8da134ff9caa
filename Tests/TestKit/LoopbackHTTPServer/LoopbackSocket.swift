import Glibc
import Threading

/// A non-blocking socket and the waits on it, all of which end when the server stops.
final class LoopbackSocket: Sendable {
    enum Wait {
        case ready
        case timedOut
        case stopped
    }

    let descriptor: Int32
    private let stopSignal: WakeUp

    /// Takes over the descriptor and closes it at the end.
    init(_ descriptor: Int32, stopSignal: WakeUp) {
        self.descriptor = descriptor
        self.stopSignal = stopSignal
    }

    deinit { close(descriptor) }

    /// Waits for `POLLIN` or `POLLOUT`; a broken connection counts as ready.
    func wait(for events: Int32, _ limit: Duration? = nil) -> Wait { wait(on: descriptor, for: events, limit) }

    /// Waits for another descriptor.
    func wait(on other: Int32, for events: Int32, _ limit: Duration? = nil) -> Wait {
        var polled = [
            pollfd(fd: other, events: Int16(events), revents: 0),
            pollfd(fd: stopSignal.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = limit.map { Int32($0 / .milliseconds(1)) } ?? -1
        while true {
            let count = poll(&polled, 2, milliseconds)
            if count < 0 && errno == EINTR { continue }
            if polled[1].revents != 0 { return .stopped }
            return count == 0 ? .timedOut : .ready
        }
    }

    /// The next connection of a listening socket; `nil` when there is none now.
    func accept() -> LoopbackSocket? {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        return LoopbackSocket(accepted, stopSignal: stopSignal)
    }

    /// What is there to read; empty at the end of the stream, `nil` when nothing is there now.
    func read() -> [UInt8]? {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            let got = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            failed = got < 0 && (errno == EAGAIN || errno == EINTR)
            count = max(0, got)
        }
        return failed ? nil : bytes
    }

    /// Hands over what the kernel takes; 0 when its buffer is full, `nil` when the connection is broken.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let sent = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        if sent >= 0 { return sent }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Makes the coming close a reset.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// A listening socket on a free port of 127.0.0.1.
    static func listen() throws -> (descriptor: Int32, port: Int) {
        let descriptor = try open()
        var (address, length) = loopback(port: 0)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && Glibc.listen(descriptor, 1_024) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isListening else { throw failure(closing: descriptor) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A connection to a local port.
    static func connect(port: Int) throws -> Int32 {
        let descriptor = try open()
        var (address, length) = loopback(port: UInt16(port))
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, length) }
        }
        guard code == 0 || errno == EINPROGRESS else { throw failure(closing: descriptor) }
        return descriptor
    }

    private static func open() throws -> Int32 {
        let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_INET, Int32(type), 0)
        guard descriptor >= 0 else { throw LoopbackError(code: errno) }
        return descriptor
    }

    private static func failure(closing descriptor: Int32) -> LoopbackError {
        let error = LoopbackError(code: errno)
        close(descriptor)
        return error
    }

    private static func loopback(port: UInt16) -> (sockaddr_in, socklen_t) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return (address, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
}

/// The system refused a socket.
package struct LoopbackError: Error, CustomStringConvertible {
    /// The `errno` value.
    package let code: Int32
    package var description: String { "cannot open a loopback socket: \(String(cString: strerror(code)))" }
}

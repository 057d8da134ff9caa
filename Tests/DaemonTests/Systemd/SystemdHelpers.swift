import Glibc
import Telemetry

/// Plays the service manager's end of `$NOTIFY_SOCKET`.
final class ManagerSocket: Sendable {
    private let descriptor: Int32

    /// Binds the address; waits at most five seconds for each datagram.
    init(_ address: UnixAddress) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard address.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else { throw SystemCallError("bind") }
    }

    deinit { close(descriptor) }

    func receive() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw SystemCallError("recv") }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

/// A folder that goes away with the test.
final class StateFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/cryptocall-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError("mkdtemp") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in ["running", "running.new", "notify", "listen"] { unlink(path + "/" + name) }
        rmdir(path)
    }
}

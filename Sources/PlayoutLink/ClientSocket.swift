import Glibc
import Threading

/// The client's end of the socket; for one thread.
final class ClientSocket {
    private let descriptor: Int32
    private var sending: [UInt8] = []

    /// Connects; a socket in the file system answers at once or not at all.
    ///
    /// - Throws: `LinkError` with `.unavailable`.
    init(path: String) throws(LinkError) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw ClientSocket.failure("socket", errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            close(descriptor)
            throw LinkError(.unavailable, "\(path): a socket's path has at most 107 bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw ClientSocket.failure("connect to \(path)", code)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func queue(_ bytes: [UInt8]) { sending += bytes }

    /// Sends what waits, and waits for something to come, or for a signal.
    ///
    /// - Returns: what came.
    /// - Throws: `LinkError` with `.unavailable` when the other side is gone.
    func exchange(with wakeUp: WakeUp, milliseconds: Int32) throws(LinkError) -> ArraySlice<UInt8> {
        try send()
        let events = sending.isEmpty ? POLLIN : POLLIN | POLLOUT
        var descriptors = [
            pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(events), revents: 0),
        ]
        guard poll(&descriptors, 2, milliseconds) > 0 else { return [] }
        if descriptors[0].revents != 0 { wakeUp.drain() }
        guard descriptors[1].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 else { return [] }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 { return chunk[..<count] }
        if count == 0 { throw LinkError(.unavailable, "the playout closed the connection") }
        if errno == EAGAIN || errno == EINTR { return [] }
        throw ClientSocket.failure("recv", errno)
    }

    private func send() throws(LinkError) {
        var done = 0
        defer { sending.removeFirst(done) }
        while done < sending.count {
            let count = sending.withUnsafeBytes { all in
                Glibc.send(descriptor, all.baseAddress.map { $0 + done }, all.count - done, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                throw ClientSocket.failure("send", errno)
            }
        }
    }

    private static func failure(_ call: String, _ code: Int32) -> LinkError {
        LinkError(.unavailable, "\(call): \(String(cString: strerror(code)))")
    }
}

internal import CTelemetry
import Glibc

/// An unconnected Unix datagram socket: what the journal and the service manager are spoken to with.
///
/// Sending names the receiver each time, so a receiver that was restarted is found again.
package struct UnixDatagramSocket: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Opens a socket that is bound to no name.
    ///
    /// - Parameters:
    ///   - sendBufferSizeBytes: how large a datagram may be; the system grants at most its own limit.
    ///   - sendTimeoutMilliseconds: how long a send may wait for a receiver that reads slowly; 0 is for ever.
    /// - Throws: `SystemCallError` when the process is out of descriptors.
    package init(sendBufferSizeBytes: Int32, sendTimeoutMilliseconds: Int = 0) throws(SystemCallError) {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemCallError("socket") }
        var size = sendBufferSizeBytes
        var limit = timeval(
            tv_sec: sendTimeoutMilliseconds / 1000,
            tv_usec: Int(sendTimeoutMilliseconds % 1000) * 1000
        )
        // Both only tune; a system that refuses them still delivers.
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends one datagram.
    package borrowing func send(_ bytes: [UInt8], to address: UnixAddress) throws(SystemCallError) {
        let code = address.withSocketAddress { address, size -> Int32 in
            while sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, size) < 0 {
                guard errno == EINTR else { return errno }
            }
            return 0
        }
        guard code == 0 else { throw SystemCallError("sendto \(address.text)", code: code) }
    }

    /// Sends bytes as a sealed anonymous file, for what is too large for a datagram.
    package borrowing func sendSealed(_ bytes: [UInt8], to address: UnixAddress) throws(SystemCallError) {
        let file = ctelemetry_sealed_memfd(bytes, bytes.count)
        guard file >= 0 else { throw SystemCallError("memfd_create") }
        defer { close(file) }
        let code = address.withSocketAddress { address, size in
            ctelemetry_send_descriptor(descriptor, address, size, file) == 0 ? 0 : errno
        }
        guard code == 0 else { throw SystemCallError("sendmsg \(address.text)", code: code) }
    }
}

import Glibc

/// Tries whether a TCP address can be listened on, and lets go of it at once.
enum BindProbe {
    enum Result: Hashable {
        case free
        case taken
        case refused(String)
        /// A name or an interface: finding its address could wait on the network.
        case notProbed
    }

    static func result(host: String, port: Int) -> Result {
        guard let port = UInt16(exactly: port) else { return .refused("no such port") }
        let host = host == "localhost" ? "127.0.0.1" : host == "*" ? "0.0.0.0" : host
        var four = sockaddr_in()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            return bind(AF_INET, &four, size: MemoryLayout<sockaddr_in>.size)
        }
        var six = sockaddr_in6()
        if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            return bind(AF_INET6, &six, size: MemoryLayout<sockaddr_in6>.size)
        }
        return .notProbed
    }

    private static func bind(_ family: Int32, _ address: UnsafeRawPointer, size: Int) -> Result {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .refused(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var on: Int32 = 1
        // Both daemons that listen here set this too, so that a port in TIME_WAIT counts as free.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let status = Glibc.bind(descriptor, address.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
        let code = errno
        if status == 0 { return .free }
        return code == EADDRINUSE ? .taken : .refused(String(cString: strerror(code)))
    }
}

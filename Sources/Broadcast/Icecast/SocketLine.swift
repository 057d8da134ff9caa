import Glibc

/// One TCP connection that nobody waits for; belongs to one thread, which polls it.
final class SocketLine {
    let descriptor: Int32
    private(set) var isConnected = false
    var outgoing = PendingBytes()

    /// Begins to connect.
    ///
    /// - Throws: `SocketError` when that fails at once.
    init(_ address: SocketAddress) throws(SocketError) {
        descriptor = socket(
            address.family,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            0
        )
        guard descriptor >= 0 else { throw SocketError(code: errno) }
        let code = address.bytes.withUnsafeBytes { raw -> Int32 in
            guard let start = raw.baseAddress else { return EINVAL }
            let pointer = start.assumingMemoryBound(to: sockaddr.self)
            return connect(descriptor, pointer, socklen_t(raw.count)) == 0 ? 0 : errno
        }
        guard code == 0 || code == EINPROGRESS else {
            close(descriptor)
            throw SocketError(code: code)
        }
    }

    deinit { close(descriptor) }

    /// What to poll for.
    var wanted: pollfd {
        let isWriting = !isConnected || !outgoing.isEmpty
        return pollfd(fd: descriptor, events: Int16(isWriting ? POLLIN | POLLOUT : POLLIN), revents: 0)
    }

    /// Sends what it can.
    ///
    /// - Returns: how much.
    /// - Throws: `SocketError` when the connection failed.
    func send() throws(SocketError) -> Int {
        if !isConnected {
            var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            guard code == 0 else { throw SocketError(code: code) }
            isConnected = true
        }
        var failure: Int32 = 0
        let sent = outgoing.drain { bytes in
            let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return count }
            if errno == EAGAIN || errno == EINTR { return 0 }
            failure = errno
            return nil
        }
        guard let sent else { throw SocketError(code: failure) }
        return sent
    }

    /// Receives what is there.
    ///
    /// - Returns: the bytes, none when nothing is there; `nil` when the other side closed.
    /// - Throws: `SocketError` when the connection failed.
    func receive() throws(SocketError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return Array(buffer[..<count]) }
        if count == 0 { return nil }
        guard errno == EAGAIN || errno == EINTR else { throw SocketError(code: errno) }
        return []
    }
}

/// A connection failed.
struct SocketError: Error, CustomStringConvertible {
    let code: Int32
    var description: String { String(cString: strerror(code)) }
}

/// Where to connect to.
struct SocketAddress {
    let family: Int32
    let bytes: [UInt8]

    /// Asks the resolver, which blocks for as long as it takes; for a thread of one's own.
    ///
    /// - Throws: `ResolverError` with its reason.
    static func resolve(_ host: String, _ port: UInt16) throws(ResolverError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw ResolverError(text: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var (found, entry) = ([SocketAddress](), list)
        while let info = entry?.pointee {
            if let address = info.ai_addr {
                let bytes = UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
                found.append(SocketAddress(family: info.ai_family, bytes: Array(bytes)))
            }
            entry = info.ai_next
        }
        return found
    }
}

/// A name has no address.
struct ResolverError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

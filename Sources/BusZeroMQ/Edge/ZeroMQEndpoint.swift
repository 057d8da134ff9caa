import Glibc

/// One address that the daemon listens on, and what for.
package struct ZeroMQEndpoint: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable { case events, control }

    package let kind: Kind
    /// Whether it is an ipc endpoint.
    package let isLocal: Bool
    /// As configured; once bound, with the port that the system chose.
    package internal(set) var address: String

    /// `events`, `control`, `events-tcp` or `control-tcp`: how logs, counters and inherited descriptors call it.
    package var name: String { isLocal ? kind.rawValue : "\(kind.rawValue)-tcp" }

    /// The setting it comes from.
    var key: String { isLocal ? "\(kind.rawValue)_address" : "\(kind.rawValue)_tcp_address" }

    /// The file of an ipc address.
    var path: String? {
        guard address.hasPrefix("ipc://") else { return nil }
        return String(address.dropFirst(6))
    }

    /// What is wrong with the address; `nil` when nothing is.
    func problem(hasCurve: Bool) -> String? {
        if isLocal {
            guard let path else { return "must be ipc://PATH" }
            guard path.hasPrefix("/") else { return "the path must start with /" }
            guard path.utf8.count < UnixListener.pathBytesMax else {
                return "the path is longer than the \(UnixListener.pathBytesMax - 1) bytes that a socket's may have"
            }
            return nil
        }
        guard let host else { return "must be tcp://HOST:PORT" }
        guard ZeroMQEndpoint.isLoopback(host: host) || hasCurve else {
            return "\(host) can be reached from other machines, which needs CURVE (a server key)"
        }
        return nil
    }

    /// The host of a TCP address, without brackets.
    private var host: String? {
        guard address.hasPrefix("tcp://"), let colon = address.lastIndex(of: ":") else { return nil }
        let text = address[address.index(address.startIndex, offsetBy: 6)...]
        guard colon > text.startIndex, let port = Int(address[address.index(after: colon)...]) ?? wildcardPort(colon),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return String(host)
    }

    private func wildcardPort(_ colon: String.Index) -> Int? {
        address[address.index(after: colon)...] == "*" ? 0 : nil
    }

    /// Whether a host can only be this machine.
    ///
    /// Names other than `localhost` are not looked up, and count as foreign.
    static func isLoopback(host: String) -> Bool {
        if host == "localhost" { return true }
        var six = in6_addr()
        if inet_pton(AF_INET6, host, &six) == 1 {
            return withUnsafeBytes(of: six) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
        }
        var four = in_addr()
        return inet_pton(AF_INET, host, &four) == 1 && UInt32(bigEndian: four.s_addr) >> 24 == 127
    }

    /// Whether a socket that the process was started with listens on this machine's loopback address only.
    static func isLoopback(descriptor: Int32) -> Bool {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &size) == 0 else { return false }
                var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
                guard getnameinfo(address, size, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else {
                    return false
                }
                let text = host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
                return isLoopback(host: String(decoding: text, as: UTF8.self))
            }
        }
    }
}

import Glibc

/// The listening sockets that the service manager opened for the daemon and hands over.
///
/// They stay open while the daemon restarts, so a client that connects meanwhile waits instead of being refused.
package struct ListenFDs: Hashable, Sendable {
    /// In the order of the socket unit.
    package let sockets: [ListenSocket]

    /// The first descriptor that is handed over; fixed by the protocol.
    package static let firstDescriptor: Int32 = 3

    /// Takes over what `LISTEN_FDS` announces, and keeps it from being inherited by child processes.
    ///
    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - processID: the own process id; sockets meant for another process are left alone.
    ///   - first: the number of the first descriptor.
    /// - Throws: `ListenFDsError` when a variable makes no sense or a descriptor is not open.
    package init(
        environment: [String: String],
        processID: Int32,
        first: Int32 = ListenFDs.firstDescriptor
    ) throws(ListenFDsError) {
        guard let text = environment["LISTEN_FDS"], environment["LISTEN_PID"].flatMap({ Int32($0) }) == processID else {
            sockets = []
            return
        }
        guard let count = Int32(text), count >= 0, count <= 1024 else { throw .badCount(text) }
        let names = environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        var sockets: [ListenSocket] = []
        for index in 0..<count {
            let descriptor = first + index
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw .notOpen(descriptor) }
            let name = names.count == Int(count) ? String(names[Int(index)]) : "unknown"
            sockets.append(ListenSocket(name: name, descriptor: descriptor))
        }
        self.sockets = sockets
    }

    /// The sockets of one `FileDescriptorName=`.
    package func named(_ name: String) -> [ListenSocket] { sockets.filter { $0.name == name } }
}

/// One socket that was handed over.
package struct ListenSocket: Hashable, Sendable {
    package let name: String
    package let descriptor: Int32

    /// Whether it is a stream socket that already listens, as `ZMQ_USE_FD` needs it.
    package var isListening: Bool {
        option(SO_ACCEPTCONN) == 1 && option(SO_TYPE) == Int32(SOCK_STREAM.rawValue)
    }

    /// Where it listens, spelt as a ZeroMQ endpoint (`ipc:///run/…`, `ipc://@name`, `tcp://127.0.0.1:5555`); `nil` for
    /// what is no such socket.
    package var endpoint: String? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let bytes = withUnsafeMutableBytes(of: &storage) { buffer -> [UInt8]? in
            let code = buffer.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &size) }
            return code == 0 ? Array(buffer.prefix(Int(size))) : nil
        }
        guard let bytes, bytes.count >= 2 else { return nil }
        switch Int32(storage.ss_family) {
        case AF_UNIX: return ListenSocket.unixEndpoint(bytes.dropFirst(2))
        case AF_INET where bytes.count >= 8:
            return "tcp://" + bytes[4..<8].map(String.init).joined(separator: ".") + ":\(ListenSocket.port(bytes))"
        case AF_INET6 where bytes.count >= 24:
            return ListenSocket.text(ofIPv6: Array(bytes[8..<24])).map { "tcp://[\($0)]:\(ListenSocket.port(bytes))" }
        default: return nil
        }
    }

    private static func unixEndpoint(_ name: ArraySlice<UInt8>) -> String? {
        guard let first = name.first else { return nil }  // not bound to a name
        if first == 0 { return "ipc://@" + String(decoding: name.dropFirst(), as: UTF8.self) }
        return "ipc://" + String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func port(_ address: [UInt8]) -> Int { Int(address[2]) << 8 | Int(address[3]) }

    private static func text(ofIPv6 address: [UInt8]) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, address, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func option(_ name: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }
}

/// The handed-over sockets cannot be used.
package enum ListenFDsError: Error, Hashable, CustomStringConvertible {
    case badCount(String)
    case notOpen(Int32)

    package var description: String {
        switch self {
        case .badCount(let text): "LISTEN_FDS is not a number of descriptors: \(text)"
        case .notOpen(let descriptor): "LISTEN_FDS announces descriptor \(descriptor), but it is not open"
        }
    }
}

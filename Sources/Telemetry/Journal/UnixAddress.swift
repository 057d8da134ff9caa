package import Glibc

/// The address of a Unix socket: a path, or a name in the abstract namespace.
package struct UnixAddress: Hashable, Sendable {
    /// As it was given: `/run/…`, or `@name` for an abstract one.
    package let text: String
    private let bytes: [UInt8]

    /// - Parameter text: an absolute path, or `@` and a name; `nil` for anything else and for what is too long (107
    ///   bytes).
    package init?(_ text: String) {
        let name = [UInt8](text.utf8)
        let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        guard name.count > 1, name.count < capacity, !name.contains(0) else { return nil }
        guard name[0] == UInt8(ascii: "/") || name[0] == UInt8(ascii: "@") else { return nil }
        self.text = text
        let isAbstract = name[0] == UInt8(ascii: "@")
        var bytes = withUnsafeBytes(of: sa_family_t(AF_UNIX)) { Array($0) }
        // An abstract name begins with a zero byte and is as long as the address says; a path ends with a zero byte.
        bytes += isAbstract ? [0] + name.dropFirst() : name + [0]
        self.bytes = bytes
    }

    /// Lends the address in the form that system calls take.
    package func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        return withUnsafeMutableBytes(of: &address) { buffer in
            buffer.copyBytes(from: bytes)
            return buffer.withMemoryRebound(to: sockaddr.self) { address in
                guard let base = address.baseAddress else { preconditionFailure("a socket address has a size") }
                return body(base, socklen_t(bytes.count))
            }
        }
    }
}

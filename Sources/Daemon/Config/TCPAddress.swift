/// A ZeroMQ endpoint of the form `tcp://address:port`.
struct TCPAddress: Hashable, Sendable {
    /// `*`, an interface, an address or `localhost`, in lower case, IPv6 without brackets.
    let host: String
    /// Nil where the system picks one (`*`).
    let port: Int?

    init?(_ endpoint: String) {
        guard endpoint.hasPrefix("tcp://") else { return nil }
        let rest = endpoint.dropFirst("tcp://".count)
        if rest.hasSuffix(":*") {
            guard let (host, port) = URLText.hostAndPort(rest.dropLast(2)), port == nil else { return nil }
            self.host = host
            self.port = nil
        } else {
            guard let (host, port) = URLText.hostAndPort(rest), let port, port > 0 else { return nil }
            self.host = host
            self.port = port
        }
    }

    var isLoopback: Bool { URLText.isLoopback(host) }
}

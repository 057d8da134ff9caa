/// One entry of the list of allowed hosts.
struct HostPattern: Hashable, Sendable {
    private enum Name: Hashable {
        case any
        case exact(String)
        /// Everything that ends in this text, which starts with a dot.
        case subdomains(String)
    }

    private let name: Name
    private let port: Int?

    /// Reads `*`, `host`, `*.domain`, `host:port` or `[IPv6]:port`; `nil` when the text is none of these.
    init?(_ text: String) {
        var host = text.lowercased()[...]
        var port: Int?
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let number = Int(host[host.index(after: colon)...]), (1...65_535).contains(number) else { return nil }
            port = number
            host = host[..<colon]
        }
        self.port = port
        if host == "*" {
            name = .any
        } else if host.hasPrefix("*.") {
            guard RequestURL.isHostName(host.dropFirst(2)) else { return nil }
            name = .subdomains(String(host.dropFirst()))
        } else {
            guard RequestURL.isHostName(host) else { return nil }
            name = .exact(String(host))
        }
    }

    /// Whether the entry names a host, which is given in lower case, without a final dot, IPv6 in brackets.
    func matches(host: String, port: Int) -> Bool {
        if let own = self.port, own != port { return false }
        return switch name {
        case .any: true
        case .exact(let own): own == host
        case .subdomains(let suffix): host.hasSuffix(suffix) && host.utf8.count > suffix.utf8.count
        }
    }
}

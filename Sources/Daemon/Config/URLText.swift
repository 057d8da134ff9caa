/// The parts of an address that the configuration cares about, cut from its text without interpreting more.
struct URLText: Hashable, Sendable {
    let scheme: String
    let hasUserInfo: Bool
    /// In lower case, without the brackets of an IPv6 address.
    let host: String
    let port: Int?
    /// Everything behind the authority, with its first slash; empty where there is nothing.
    let rest: String

    /// Nil where the text is not `scheme://host[:port][/...]`.
    init?(_ text: String) {
        guard let parts = Self.split(text) else { return nil }
        scheme = parts.scheme.lowercased()
        rest = String(parts.rest)
        let authority = parts.authority
        let hostAndPort: Substring
        if let at = authority.lastIndex(of: "@") {
            hasUserInfo = true
            hostAndPort = authority[authority.index(after: at)...]
        } else {
            hasUserInfo = false
            hostAndPort = authority
        }
        guard let (host, port) = Self.hostAndPort(hostAndPort) else { return nil }
        self.host = host
        self.port = port
    }

    var isLoopback: Bool { Self.isLoopback(host) }

    /// `localhost`, 127.0.0.0/8 and ::1.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && isIPv4(host))
    }

    static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.allSatisfy(\.isASCII) && UInt8($0) != nil }
    }

    /// The text with the user and password of an address replaced.
    static func redacted(_ text: String) -> String {
        guard let parts = split(text), let at = parts.authority.lastIndex(of: "@") else { return text }
        return "\(parts.scheme)://\(Secret.placeholder)\(parts.authority[at...])\(parts.rest)"
    }

    /// Reads `host:port`, `[v6]:port` or either without a port.
    static func hostAndPort(_ text: Substring) -> (host: String, port: Int?)? {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let tail = text[text.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            if !tail.isEmpty { port = tail.dropFirst() }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "@" }) else { return nil }
        guard let port else { return (host.lowercased(), nil) }
        guard let number = UInt16(port), port.allSatisfy(\.isNumber) else { return nil }
        return (host.lowercased(), Int(number))
    }

    private static func split(_ text: String) -> (scheme: Substring, authority: Substring, rest: Substring)? {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex,
            text[colon...].hasPrefix("://")
        else { return nil }
        let tail = text[text.index(colon, offsetBy: 3)...]
        let end = tail.firstIndex { "/?#".contains($0) } ?? tail.endIndex
        return (text[..<colon], tail[..<end], tail[end...])
    }
}

package import HTTPClient

/// The address of a WebSocket, `ws://` or `wss://`, taken apart as that of a request is.
package struct WebSocketURL: Hashable, Sendable {
    package let text: String
    package let isSecure: Bool
    /// What a list of allowed hosts is asked about.
    package let request: RequestURL
    /// Path and query, as the request for the WebSocket names them.
    package let target: String

    /// Reads an address; `nil` when it is malformed, has another scheme, or carries credentials.
    package init?(_ text: String) {
        let isSecure = text.hasPrefix("wss://")
        guard isSecure || text.hasPrefix("ws://") else { return nil }
        // The parser knows the schemes of requests; both pairs share their ports.
        guard let request = RequestURL("http" + text.dropFirst(2)) else { return nil }
        let parts = request.text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        self.text = text
        self.isSecure = isSecure
        self.request = request
        target = "/" + parts[3]
    }

    package var host: String { request.host }
    package var port: Int { request.port }

    /// Where a connection leads, for the list of allowed hosts: the pattern of one host and port.
    package var allowedHost: String { "\(host):\(port)" }

    /// As the `Host` field names it.
    var hostField: String { port == (isSecure ? 443 : 80) ? host : allowedHost }

    /// Without the brackets of an IPv6 address, as a resolver takes it.
    var bareHost: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }
}

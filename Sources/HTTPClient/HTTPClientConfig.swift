/// The `[http]` section: what outgoing requests may do.
package struct HTTPClientConfig: Codable, Hashable, Sendable {
    /// Hosts that may be asked: `api.example.com`, `*.example.com` (its subdomains), `host:port`, or `*` for all.
    ///
    /// Empty refuses everything.
    package var allowedHosts: [String] = []
    /// Whether URLs that users give may be fetched.
    ///
    /// Those reach public addresses only.
    package var fetchUserLinks = false
    /// How many requests run at a time.
    package var requestsMax = 128
    /// How many of them to one host and port.
    package var requestsPerHostMax = 64
    /// How many more may wait for their turn; another one fails at once.
    package var waitingMax = 512
    /// How long one waits for its turn.
    package var waitingSeconds = 10.0
    /// How many open connections are kept for later requests.
    package var idleConnectionsMax = 64
    /// How far a streamed body may run ahead of its reader before the sender is held back.
    package var streamBufferBytes = 65_536
    package var connectSeconds = HTTPLimits().connectSeconds
    package var firstByteSeconds = HTTPLimits().firstByteSeconds
    package var idleSeconds = HTTPLimits().idleSeconds
    package var totalSeconds = HTTPLimits().totalSeconds
    package var headerBytesMax = HTTPLimits().headerBytesMax
    package var bodyBytesMax = HTTPLimits().bodyBytesMax
    /// A proxy URL (`http`, `https`, `socks5` or `socks5h`); empty for none.
    ///
    /// Environment variables are not read.
    package var proxy = ""
    /// Hosts that are reached without the proxy.
    package var proxyExceptions: [String] = ["localhost", "127.0.0.1"]
    /// A PEM file with the certificate authorities to trust; empty for those of the system.
    package var caBundle = ""
    package var userAgent = "CryptoCallFM"

    package init() {}

    /// The limits of a request that brings none of its own.
    package var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.connectSeconds = connectSeconds
        limits.firstByteSeconds = firstByteSeconds
        limits.idleSeconds = idleSeconds
        limits.totalSeconds = totalSeconds
        limits.headerBytesMax = headerBytesMax
        limits.bodyBytesMax = bodyBytesMax
        return limits
    }

    /// Every mistake, with its key inside the section.
    package func problems() -> [(key: String, text: String)] {
        var found = limits.problems()
        for entry in allowedHosts where HostPattern(entry) == nil {
            found.append(("allowed_hosts", "\"\(entry)\" is no host, *.domain or host:port"))
        }
        if !(1...10_000).contains(requestsMax) { found.append(("requests_max", "must be in 1...10000")) }
        if requestsPerHostMax < 1 || requestsPerHostMax > requestsMax {
            found.append(("requests_per_host_max", "must be in 1...requests_max"))
        }
        if !(0...100_000).contains(waitingMax) { found.append(("waiting_max", "must be in 0...100000")) }
        if !(waitingSeconds > 0 && waitingSeconds <= 3_600) {
            found.append(("waiting_seconds", "must be above 0 and at most an hour"))
        }
        if !(1...10_000).contains(idleConnectionsMax) {
            found.append(("idle_connections_max", "must be in 1...10000"))
        }
        if !(1_024...67_108_864).contains(streamBufferBytes) {
            found.append(("stream_buffer_bytes", "must be in 1024...67108864"))
        }
        if !proxy.isEmpty && !["http://", "https://", "socks5://", "socks5h://"].contains(where: proxy.hasPrefix) {
            found.append(("proxy", "must be an http, https, socks5 or socks5h URL"))
        }
        if !proxy.isEmpty && fetchUserLinks {
            found.append(("fetch_user_links", "impossible with a proxy, which hides the address that is reached"))
        }
        if !HeaderText.isValidValue(userAgent) || userAgent.isEmpty {
            found.append(("user_agent", "must be one line of text"))
        }
        return found
    }

    /// Whether `allowedHosts` names the host of a URL.
    package func allows(_ url: RequestURL) -> Bool {
        allowedHosts.contains { HostPattern($0)?.matches(host: url.host, port: url.port) ?? false }
    }

    /// The `host:port` of a URL, as an entry for `allowedHosts`; `nil` when it is no http or https URL.
    package static func allowedHost(for url: String) -> String? { RequestURL(url).map { "\($0.host):\($0.port)" } }
}

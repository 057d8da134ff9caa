/// The `[client]` section: the limits of outgoing requests.
package struct ClientConfig: ConfigSection {
    package var connectSeconds = 5.0
    /// From the ready connection to the first byte of the answer.
    package var firstByteSeconds = 15.0
    /// The longest silence within an answer.
    package var idleSeconds = 15.0
    /// From the request to the last byte.
    package var totalSeconds = 60.0
    /// The URL of a proxy; empty for none.
    package var proxy = ""
    /// A PEM file of the certificate authorities to trust; empty for those of the system.
    package var caFile = ""
    /// Hosts that may be asked besides those that other sections name: `host`, `host:port` or `*.domain`.
    package var allowedHosts: [String] = []
    /// Larger answers are cut off and count as failed.
    package var bodyBytesMax = 16_777_216

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("connect_seconds", connectSeconds, 0.1...300)
            + ConfigProblem.range("first_byte_seconds", firstByteSeconds, 0.1...3600)
            + ConfigProblem.range("idle_seconds", idleSeconds, 0.1...3600)
            + ConfigProblem.range("total_seconds", totalSeconds, 0.1...86_400)
            + ConfigProblem.range("body_bytes_max", bodyBytesMax, 1024...1_073_741_824) + proxyProblems + hostProblems
            + (caFile.isEmpty || caFile.hasPrefix("/") ? [] : [.invalid("ca_file", "must be an absolute path")])
    }

    private var proxyProblems: [ConfigProblem] {
        guard !proxy.isEmpty else { return [] }
        guard let url = URLText(proxy), ["http", "https", "socks5", "socks5h"].contains(url.scheme) else {
            return [.invalid("proxy", "must be a URL such as \"http://proxy.example.com:3128\"")]
        }
        return url.hasUserInfo ? [.invalid("proxy", "must not hold a user or a password")] : []
    }

    private var hostProblems: [ConfigProblem] {
        allowedHosts.enumerated().compactMap { position, text in
            let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
            guard let (host, _) = URLText.hostAndPort(name), !host.contains("*") else {
                return .invalid(
                    ConfigPath([.key("allowed_hosts"), .index(position)]),
                    "must be a host, a host with its port, or \"*.\" and a domain"
                )
            }
            return nil
        }
    }
}

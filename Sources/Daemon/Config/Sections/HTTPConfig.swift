import API

/// The `[http]` section: the one listener.
package struct HTTPConfig: ConfigSection {
    /// An address of this machine; `0.0.0.0` or `::` for all.
    package var listen = "127.0.0.1"
    /// 0 lets the system pick a free port.
    package var port = 8080
    /// Origins whose pages may use the interface from a browser.
    package var corsOrigins: [String] = []
    /// Whether browsers are told to come by TLS only.
    package var hsts = false
    /// Proxies whose word is taken for where a request comes from: addresses and ranges such as `10.0.0.0/8`.
    package var trustedProxies: [String] = []

    /// Connections at once, live ones included; more wait until one is closed.
    package var connectionsMax = 10_000
    /// Live connections at once, server-sent events and WebSocket together.
    package var liveConnectionsMax = 2000
    /// Of those, from one address.
    package var liveConnectionsPerAddressMax = 100
    package var liveRepeats = LiveRepeats()

    /// The `[http.live_repeats]` table: after how many seconds a live group's states are told again though they have not
    /// changed; 0 for never.
    package struct LiveRepeats: ConfigSection {
        package var marketSeconds = 5
        package var whalesSeconds = 15
        package var poolsSeconds = 20
        package var healthSeconds = 30
        package var newsSeconds = 60
        package var pricesSeconds = 300
        package var sentimentSeconds = 3600

        package init() {}

        package func problems() -> [ConfigProblem] {
            [
                ("market_seconds", marketSeconds), ("whales_seconds", whalesSeconds), ("pools_seconds", poolsSeconds),
                ("health_seconds", healthSeconds), ("news_seconds", newsSeconds), ("prices_seconds", pricesSeconds),
                ("sentiment_seconds", sentimentSeconds),
            ].flatMap { ConfigProblem.range(ConfigPath([.key($0.0)]), $0.1, 0...86_400) }
        }
    }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("port", port, 0...65_535)
            + ConfigProblem.range("connections_max", connectionsMax, 16...1_000_000)
            + ConfigProblem.range("live_connections_max", liveConnectionsMax, 1...10_000)
            + ConfigProblem.range("live_connections_per_address_max", liveConnectionsPerAddressMax, 1...10_000)
            + originProblems + proxyProblems
            + (isAddress ? [] : [.invalid("listen", "must be an address such as \"127.0.0.1\" or \"::1\"")])
    }

    private var proxyProblems: [ConfigProblem] {
        trustedProxies.enumerated().filter { AddressRange($1) == nil }.map { index, _ in
            .invalid(
                ConfigPath("trusted_proxies").index(index),
                "must be an address or a range such as \"10.0.0.0/8\" or \"2001:db8::/32\""
            )
        }
    }

    private var originProblems: [ConfigProblem] {
        corsOrigins.enumerated().filter { !HTTPConfig.isOrigin($1) }.map { index, origin in
            .invalid(
                ConfigPath("cors_origins").index(index),
                "must be an origin such as \"https://station.example\", not \"*\""
            )
        }
    }

    /// Scheme, host and port as a browser writes them: lower case, no path, no slash at the end.
    private static func isOrigin(_ text: String) -> Bool {
        let schemes = ["https://", "http://"]
        guard let scheme = schemes.first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(scheme.count)
        return !rest.isEmpty
            && rest.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "-.:[]".utf8.contains(byte)
                }
            }
    }

    private var isAddress: Bool {
        listen == "localhost" || URLText.isIPv4(listen)
            || (listen.contains(":") && listen.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." })
    }
}

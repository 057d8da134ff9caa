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

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("port", port, 0...65_535)
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

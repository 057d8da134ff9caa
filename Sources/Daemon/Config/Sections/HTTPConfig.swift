/// The `[http]` section: the listener for `/health` and `/metrics`.
package struct HTTPConfig: ConfigSection {
    /// An address of this machine; `0.0.0.0` or `::` for all.
    package var listen = "127.0.0.1"
    /// 0 lets the system pick a free port.
    package var port = 8080

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("port", port, 0...65_535)
            + (isAddress ? [] : [.invalid("listen", "must be an address such as \"127.0.0.1\" or \"::1\"")])
    }

    private var isAddress: Bool {
        listen == "localhost" || URLText.isIPv4(listen)
            || (listen.contains(":") && listen.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." })
    }
}

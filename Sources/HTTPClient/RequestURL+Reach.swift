extension RequestURL {
    /// The host with its port, where that is another than the scheme's usual one.
    package var authority: String { port == (scheme == "https" ? 443 : 80) ? host : "\(host):\(port)" }

    /// Whether the host is this machine by its name or its address.
    package var isLoopback: Bool {
        switch address {
        case .ipv4(let address): address >> 24 == 127
        case .ipv6(let high, let low): high == 0 && low == 1
        case nil: host == "localhost"
        }
    }

    /// Whether the host is given as an address that does not lie in the public Internet.
    ///
    /// Names are looked up when something is asked for; with `userGiven` trust their addresses are checked then.
    package var isPrivateAddress: Bool { address.map { !$0.isPublic } ?? false }

    private var address: NetworkAddress? {
        NetworkAddress(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host)
    }
}

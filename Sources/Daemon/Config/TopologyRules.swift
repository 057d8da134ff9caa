import Market

/// Mistakes that show only when several sections, or the folders and the settings, are seen together.
enum TopologyRules {
    static func problems(in config: LoadedConfig, environment: [String: String]) -> [ConfigProblem] {
        let all =
            production(config.configuration, environment) + ports(config.configuration)
            + curve(config.configuration) + alerts(config.configuration) + discovery(config.configuration)
            + sockets(config)
        return all.map { $0.origin == nil ? $0.located(at: config.place(of: $0.path)) : $0 }
    }

    /// A station on the air must not be able to break itself or to speak about invented markets.
    private static func production(_ config: Configuration, _ environment: [String: String]) -> [ConfigProblem] {
        guard config.station.production else { return [] }
        var problems: [ConfigProblem] = []
        let refusal = "is refused while station.production is true"
        if config.drills.enabled { problems.append(error("drills.enabled", refusal)) }
        if !config.market.replay.isEmpty {
            problems.append(error("market.replay", "playing recorded prices \(refusal)"))
        }
        for (name, address) in config.market.endpoints.all {
            guard let url = URLText(address) else { continue }
            if url.isLoopback || url.scheme != "https" {
                let path: ConfigPath = "market.endpoints"
                problems.append(error(path.key(name), "an address without https or on this machine \(refusal)"))
            }
        }
        for (name, address) in config.market.streams.endpoints.all {
            guard let url = URLText(address) else { continue }
            if url.isLoopback || url.scheme != "wss" {
                let path: ConfigPath = "market.streams.endpoints"
                problems.append(error(path.key(name), "an address without TLS or on this machine \(refusal)"))
            }
        }
        for (kind, address) in config.market.discovery.candidates.all where address.isLoopback {
            let path: ConfigPath = "market.discovery.candidates"
            problems.append(error(path.key(kind.rawValue), "an address on this machine \(refusal)"))
        }
        if let value = environment["DRY_RUN"], !["", "0", "false", "no"].contains(value.lowercased()) {
            problems.append(
                ConfigProblem(
                    level: .topology,
                    path: "station.production",
                    text: "DRY_RUN \(refusal)",
                    origin: .environment("DRY_RUN")
                )
            )
        }
        return problems
    }

    private static func discovery(_ config: Configuration) -> [ConfigProblem] {
        guard config.market.discovery.enabled, !config.client.proxy.isEmpty else { return [] }
        return [
            error(
                "market.discovery.enabled",
                "impossible with client.proxy, which hides the address that is reached"
            )
        ]
    }

    private static func ports(_ config: Configuration) -> [ConfigProblem] {
        var problems: [ConfigProblem] = []
        var seen: [(path: ConfigPath, host: String, port: Int)] = [("http.port", config.http.listen, config.http.port)]
        for (path, endpoint) in config.zeromq.tcpEndpoints {
            guard let address = TCPAddress(endpoint), let port = address.port, port > 0 else { continue }
            if let other = seen.first(where: { $0.port == port && clash($0.host, address.host) }) {
                problems.append(error(path, "port \(port) is already taken by \(other.path)"))
            }
            seen.append((path, address.host, port))
        }
        if !config.zeromq.events.isEmpty, config.zeromq.events != ZeroMQConfig.standardIPC,
            config.zeromq.events == config.zeromq.control
        {
            problems.append(error("zeromq.control", "must not be the same endpoint as zeromq.events"))
        }
        return problems
    }

    /// Two listeners on one port clash unless both name different addresses.
    private static func clash(_ first: String, _ second: String) -> Bool {
        let everywhere: Set<String> = ["*", "0.0.0.0", "::"]
        func plain(_ host: String) -> String { host == "localhost" ? "127.0.0.1" : host }
        return plain(first) == plain(second) || everywhere.contains(first) || everywhere.contains(second)
    }

    private static func curve(_ config: Configuration) -> [ConfigProblem] {
        let zeromq = config.zeromq
        let hasServerKey = zeromq.curve.serverSecretKey.isSet
        var problems: [ConfigProblem] = []
        for (path, endpoint) in zeromq.tcpEndpoints {
            guard let address = TCPAddress(endpoint) else { continue }
            if !address.isLoopback, !hasServerKey {
                problems.append(error(path, "an address beyond this machine needs zeromq.curve.server_secret_key"))
            }
        }
        let hasTCP = !zeromq.tcpEndpoints.isEmpty
        if hasServerKey, hasTCP, zeromq.keys.isEmpty {
            problems.append(warning("zeromq.curve.server_secret_key", "nobody can connect: zeromq.keys is empty"))
        }
        if !zeromq.keys.isEmpty, !hasServerKey {
            problems.append(warning("zeromq.keys", "is not used without zeromq.curve.server_secret_key"))
        }
        return problems
    }

    private static func alerts(_ config: Configuration) -> [ConfigProblem] {
        guard !config.alerts.hooks.isEmpty, !config.alerts.hookSecret.isSet else { return [] }
        return [
            warning("alerts.hooks", "nobody can tell that a request comes from here: alerts.hook_secret is not set")
        ]
    }

    /// The kernel takes at most 107 bytes for the path of a local socket.
    private static func sockets(_ config: LoadedConfig) -> [ConfigProblem] {
        let zeromq = config.configuration.zeromq
        let endpoints: [(ConfigPath, String?)] = [
            ("zeromq.events", zeromq.eventsEndpoint(config.layout)),
            ("zeromq.control", zeromq.controlEndpoint(config.layout)),
        ]
        return endpoints.compactMap { path, endpoint in
            guard let file = endpoint.flatMap(ZeroMQConfig.socketPath), file.utf8.count > 107 else { return nil }
            return error(path, "the socket's path has \(file.utf8.count) bytes, of which the system takes 107: \(file)")
        }
    }

    private static func error(_ path: ConfigPath, _ text: String) -> ConfigProblem {
        ConfigProblem(level: .topology, path: path, text: text)
    }

    private static func warning(_ path: ConfigPath, _ text: String) -> ConfigProblem {
        ConfigProblem(severity: .warning, level: .topology, path: path, text: text)
    }
}

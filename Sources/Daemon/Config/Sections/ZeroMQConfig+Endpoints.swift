extension ZeroMQConfig {
    package func problems() -> [ConfigProblem] {
        local("events", events) + local("control", control) + tcp("tcp_events", tcpEvents)
            + tcp("tcp_control", tcpControl)
            + ConfigProblem.range("send_high_water_mark", sendHighWaterMark, 1...10_000_000)
            + ConfigProblem.range("control_message_bytes_max", controlMessageBytesMax, 1024...16_777_216)
            + ConfigProblem.range("heartbeat_seconds", heartbeatSeconds, 0.1...3600)
            + ConfigProblem.range("handshake_seconds", handshakeSeconds, 0.1...300) + repeatedKeys
    }

    /// The local endpoint for events.
    package func eventsEndpoint(_ layout: DirectoryLayout) -> String { endpoint(events, "events.sock", layout) }

    /// The local endpoint for control.
    package func controlEndpoint(_ layout: DirectoryLayout) -> String { endpoint(control, "control.sock", layout) }

    /// Both TCP endpoints that are set, with their keys.
    var tcpEndpoints: [(path: ConfigPath, endpoint: String)] {
        [("zeromq.tcp_events", tcpEvents), ("zeromq.tcp_control", tcpControl)].filter { !$0.endpoint.isEmpty }
    }

    /// The file of an `ipc://` endpoint; nil for other endpoints and for abstract names.
    static func socketPath(_ endpoint: String) -> String? {
        guard endpoint.hasPrefix("ipc:///") else { return nil }
        return String(endpoint.dropFirst("ipc://".count))
    }

    private func endpoint(_ text: String, _ file: String, _ layout: DirectoryLayout) -> String {
        text == Self.standardIPC ? "ipc://\(layout.runtimeDirectory)/\(file)" : text
    }

    private func local(_ path: ConfigPath, _ text: String) -> [ConfigProblem] {
        // Not empty: the station tests itself through the one and is operated through the other.
        text == Self.standardIPC || Self.socketPath(text) != nil
            ? [] : [.invalid(path, "must be \"ipc\" or an endpoint such as \"ipc:///run/my.sock\"")]
    }

    private func tcp(_ path: ConfigPath, _ text: String) -> [ConfigProblem] {
        text.isEmpty || TCPAddress(text) != nil
            ? [] : [.invalid(path, "must be an endpoint such as \"tcp://127.0.0.1:5760\", or empty")]
    }

    private var repeatedKeys: [ConfigProblem] {
        let lists: [(name: String, values: [String])] = [
            ("name", keys.map(\.name)), ("public_key", keys.map(\.publicKey)),
        ]
        return lists.flatMap { list in
            ConfigProblem.repeated("keys", list.values).compactMap { problem in
                guard case .index(let position) = problem.path.components.last, !list.values[position].isEmpty else {
                    return nil
                }
                return .invalid(problem.path.key(list.name), "is the same as that of an earlier entry")
            }
        }
    }
}

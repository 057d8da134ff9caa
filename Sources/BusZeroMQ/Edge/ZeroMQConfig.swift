import Glibc

/// The `[zeromq]` section: where other processes reach the bus, and what they may cost.
package struct ZeroMQConfig: Sendable {
    /// The local events endpoint, `ipc://PATH`.
    package var eventsAddress: String
    /// The local control endpoint, `ipc://PATH`.
    package var controlAddress: String
    /// The events endpoint for other machines, `tcp://HOST:PORT`: needs CURVE when the host is not this one.
    package var eventsTCPAddress: String?
    /// The control endpoint for other machines, by the same rule.
    package var controlTCPAddress: String?
    /// What callers of the local control endpoint may do; the directory's mode decides who they are.
    package var ipcRole: ControlRole = .admin
    /// Events held per subscriber that does not read; more are dropped for it alone.
    package var sendHighWaterMark: Int32 = 50_000
    /// The longest control request, in bytes.
    package var controlMessageBytesMax = 65_536
    /// Control requests handled at the same time, and waiting beyond those.
    package var controlConcurrency = 32
    package var controlQueueMax = 256
    /// How long a new connection may take to say who it is.
    package var handshakeInterval: Duration = .seconds(5)
    /// How often a silent connection is probed, how long the answer may take, and how long the peer may wait for ours.
    package var heartbeatInterval: Duration = .seconds(5)
    package var heartbeatTimeout: Duration = .seconds(15)
    package var heartbeatTTL: Duration = .seconds(15)
    /// Connections that may wait to be accepted.
    package var backlog: Int32 = 256
    /// The daemon's CURVE key; with it the TCP endpoints are encrypted and take only `authorisedKeys`.
    package var serverKey: CurveKeyPair?
    package var authorisedKeys: [AuthorisedKey] = []
    /// Listening sockets that the process was started with, by `ZeroMQEndpoint.name`.
    package var inheritedDescriptors: [String: Int32] = [:]
    /// Distinct prefixes tracked per endpoint; beyond it every event is sent, whether wanted or not.
    package var subscriptionsMax = 4096
    /// Events waiting to be encoded; the oldest are dropped beyond it.
    package var tapLimit = 131_072
    /// How long the sockets stay open after the goodbye while somebody is still connected.
    package var closeHold: Duration = .milliseconds(500)
    /// What the welcome says the control endpoint can do.
    package var features: [String] = []

    package init(eventsAddress: String, controlAddress: String) {
        self.eventsAddress = eventsAddress
        self.controlAddress = controlAddress
    }

    /// The usual local addresses below a directory.
    package init(runtimeDirectory: String) {
        self.init(
            eventsAddress: "ipc://\(runtimeDirectory)/events.sock",
            controlAddress: "ipc://\(runtimeDirectory)/control.sock"
        )
    }

    /// Every mistake, with the key it belongs to.
    package func problems() -> [(key: String, text: String)] {
        var problems: [(key: String, text: String)] = []
        for endpoint in endpoints {
            if let text = endpoint.problem(hasCurve: serverKey != nil) { problems.append((endpoint.key, text)) }
        }
        if sendHighWaterMark < 1 { problems.append(("send_high_water_mark", "must be at least 1")) }
        if controlMessageBytesMax < 1024 { problems.append(("control_message_bytes_max", "must be at least 1024")) }
        if controlConcurrency < 1 { problems.append(("control_concurrency", "must be at least 1")) }
        if controlQueueMax < 1 { problems.append(("control_queue_max", "must be at least 1")) }
        if handshakeInterval <= .zero { problems.append(("handshake_seconds", "must be more than 0")) }
        var names: Set<String> = []
        var keys: Set<String> = []
        for key in authorisedKeys {
            if let text = key.problem { problems.append(("keys.\(key.name)", text)) }
            if !names.insert(key.name).inserted { problems.append(("keys.\(key.name)", "this name is used twice")) }
            if !keys.insert(key.publicKey).inserted { problems.append(("keys.\(key.name)", "this key is used twice")) }
        }
        return problems
    }

    var endpoints: [ZeroMQEndpoint] {
        var list = [
            ZeroMQEndpoint(kind: .events, isLocal: true, address: eventsAddress),
            ZeroMQEndpoint(kind: .control, isLocal: true, address: controlAddress),
        ]
        if let eventsTCPAddress {
            list.append(ZeroMQEndpoint(kind: .events, isLocal: false, address: eventsTCPAddress))
        }
        if let controlTCPAddress {
            list.append(ZeroMQEndpoint(kind: .control, isLocal: false, address: controlTCPAddress))
        }
        return list
    }
}

/// A CURVE key that may connect, and what its owner may do.
package struct AuthorisedKey: Hashable, Sendable {
    /// Unique among the keys; what the audit log and an event's `origin` say.
    package let name: String
    /// In Z85.
    package let publicKey: String
    package let role: ControlRole
    /// Prefixes of the full topics that it may publish.
    package let publishPrefixes: [String]

    package init(name: String, publicKey: String, role: ControlRole = .viewer, publishPrefixes: [String] = []) {
        self.name = name
        self.publicKey = publicKey
        self.role = role
        self.publishPrefixes = publishPrefixes
    }

    var problem: String? {
        let isName = !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        if !isName { return "the name must be 1 to 64 printable ASCII characters" }
        if !CurveKeyPair.isKey(publicKey) { return "the public key must be 40 characters of Z85" }
        return nil
    }
}

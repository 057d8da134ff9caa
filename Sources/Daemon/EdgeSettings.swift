import BusZeroMQ
import Glibc
import Telemetry

/// The `[zeromq]` section as the edge takes it: addresses in full, keys resolved, inherited sockets found.
struct EdgeSettings {
    let config: BusZeroMQ.ZeroMQConfig

    /// - Throws: `CredentialError` when the server's key cannot be read, `ListenFDsError` when systemd's sockets are not
    ///   as announced, `ZeroMQError` when the key is no key.
    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) throws {
        let settings = loaded.configuration.zeromq
        var config = BusZeroMQ.ZeroMQConfig(
            eventsAddress: settings.eventsEndpoint(loaded.layout),
            controlAddress: settings.controlEndpoint(loaded.layout)
        )
        config.eventsTCPAddress = settings.tcpEvents.isEmpty ? nil : settings.tcpEvents
        config.controlTCPAddress = settings.tcpControl.isEmpty ? nil : settings.tcpControl
        config.ipcRole = ControlRole(settings.ipcRole)
        config.sendHighWaterMark = Int32(clamping: settings.sendHighWaterMark)
        config.controlMessageBytesMax = settings.controlMessageBytesMax
        config.handshakeInterval = .seconds(settings.handshakeSeconds)
        config.heartbeatInterval = .seconds(settings.heartbeatSeconds)
        config.heartbeatTimeout = .seconds(settings.heartbeatSeconds * 3)
        config.heartbeatTTL = .seconds(settings.heartbeatSeconds * 3)
        config.tapLimit = loaded.configuration.bus.tapLimit
        config.features = Station.features
        config.authorisedKeys = Self.keys(settings)
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        if let secret = try credentials.resolve(settings.curve.serverSecretKey) {
            config.serverKey = try secret.reveal { text in
                _ = redactor.register(secret: text)
                return try CurveKeyPair(secretKey: text)
            }
        }
        let inherited = try ListenFDs(environment: environment, processID: getpid())
        for socket in inherited.sockets {
            // One socket unit holds both, so they are told apart by what they listen on.
            switch socket.endpoint {
            case config.eventsAddress: config.inheritedDescriptors["events"] = socket.descriptor
            case config.controlAddress: config.inheritedDescriptors["control"] = socket.descriptor
            default: break
            }
        }
        self.config = config
    }

    static func keys(_ settings: ZeroMQConfig) -> [AuthorisedKey] {
        settings.keys.map { key in
            AuthorisedKey(
                name: key.name,
                publicKey: key.publicKey,
                role: ControlRole(key.role),
                publishPrefixes: key.publish
            )
        }
    }
}

extension ControlRole {
    init(_ role: ZeroMQConfig.Role) {
        self =
            switch role {
            case .viewer: .viewer
            case .operator: .operator
            case .admin: .admin
            }
    }
}

/// The `[zeromq]` section: where other processes follow the bus, and who may.
package struct ZeroMQConfig: ConfigSection {
    /// Stands for the socket in the runtime folder.
    package static let standardIPC = "ipc"

    package enum Role: String, ConfigChoice {
        case viewer
        case `operator`
        case admin
    }

    /// `ipc` for `events.sock` in the runtime folder, or an `ipc:///path`.
    package var events = ZeroMQConfig.standardIPC
    /// `ipc` for `control.sock` in the runtime folder, or an `ipc:///path`.
    package var control = ZeroMQConfig.standardIPC
    /// A further endpoint for events such as `tcp://127.0.0.1:5760`; empty for none.
    package var tcpEvents = ""
    /// A further endpoint for control such as `tcp://127.0.0.1:5761`; empty for none.
    package var tcpControl = ""
    /// Messages that may wait for one subscriber before it loses some.
    package var sendHighWaterMark = 50_000
    /// Longer control requests are refused.
    package var controlMessageBytesMax = 65_536
    /// Seconds between heartbeats of the connection; a peer silent for three of them is dropped.
    package var heartbeatSeconds = 5.0
    /// Seconds in which a new connection has to finish its handshake.
    package var handshakeSeconds = 5.0
    /// What those may do who can open the local sockets.
    package var ipcRole = Role.admin
    package var curve = Curve()
    /// Who may connect over TCP.
    package var keys: [Key] = []

    package static var reloadableKeys: Set<String> { ["keys"] }

    package init() {}

    /// The `[zeromq.curve]` table.
    package struct Curve: ConfigSection {
        /// The station's secret CURVE key; its public half is what clients are given.
        package var serverSecretKey = Credential()

        package init() {}
    }

    /// One `[[zeromq.keys]]` entry: a client known by its public CURVE key.
    package struct Key: ConfigSection {
        package var name = ""
        /// 40 characters of Z85.
        package var publicKey = ""
        package var role = Role.viewer
        /// Beginnings of the topics that this client may publish.
        package var publish: [String] = []

        package init() {}

        package func problems() -> [ConfigProblem] {
            ConfigProblem.oneLine("name", name, bytesMax: 64)
                + (Self.isPublicKey(publicKey)
                    ? [] : [.invalid("public_key", "must be a public CURVE key: 40 characters of Z85")])
                + publish.enumerated().flatMap { position, topic in
                    Self.isTopicPrefix(topic)
                        ? []
                        : [
                            ConfigProblem.invalid(
                                ConfigPath([.key("publish"), .index(position)]),
                                "must be the beginning of a topic such as \"market.\": small letters, digits, dots, "
                                    + "dashes and underscores, at most 200"
                            )
                        ]
                }
        }

        private static func isPublicKey(_ text: String) -> Bool {
            text.utf8.count == 40 && text.utf8.allSatisfy(z85.contains)
        }

        private static let z85 = Set(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8
        )

        private static func isTopicPrefix(_ text: String) -> Bool {
            !text.isEmpty && text.utf8.count <= 200
                && text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "._-".contains($0)) }
        }
    }
}

/// A mount of an Icecast server that the programme is sent to.
package struct IcecastSettings: Hashable, Sendable {
    package var host: String
    package var port: UInt16 = 8000
    /// With its slash, such as `/live.aac`.
    package var mount: String
    package var user = "source"
    package var password: String
    package var name = ""
    package var description = ""
    package var genre = ""
    package var website = ""
    /// Whether the server tells public directories of it.
    package var isPublic = false
    /// A server that does not answer, or takes nothing, for so long is given up.
    package var patience = Duration.seconds(10)

    package init(host: String, port: UInt16 = 8000, mount: String, password: String) {
        self.host = host
        self.port = port
        self.mount = mount
        self.password = password
    }

    /// What is wrong, each with its field.
    package func problems() -> [String] {
        var problems: [String] = []
        let isHost = !host.isEmpty && host.utf8.count <= 253 && host.utf8.allSatisfy { Self.isPlain($0) || $0 == 0x3A }
        if !isHost { problems.append("host: not a name or an address") }
        if port == 0 { problems.append("port: must be 1 to 65535") }
        let isMount = mount.hasPrefix("/") && mount.utf8.count <= 200 && mount.utf8.dropFirst().allSatisfy(Self.isPlain)
        if !isMount || mount == "/" {
            problems.append("mount: must be a slash and letters, digits, '-', '.', '_' or '/'")
        }
        if user.isEmpty || user.contains(":") { problems.append("user: must not be empty nor have a colon") }
        if password.isEmpty { problems.append("password: must not be empty") }
        return problems
    }

    /// For statuses and logs.
    package var label: String { "\(host):\(port)\(mount)" }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F: true
        default: false
        }
    }
}

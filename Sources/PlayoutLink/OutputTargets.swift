/// Where the programme goes besides the public playlist, as the daemon wants it.
///
/// Its secrets go to the playout and into the playout's state, and nowhere else: neither statuses nor events hold them.
package struct OutputTargets: Codable, Hashable, Sendable {
    /// A mount of an Icecast server.
    package struct Icecast: Codable, Hashable, Sendable {
        package var host: String
        package var port: UInt16
        /// With its slash, such as `/live.aac`.
        package var mount: String
        package var user: String
        package var password: String
        /// What the server tells listeners of the station.
        package var name: String
        package var description: String

        /// What it is called in statuses.
        package var label: String { "\(host):\(port)\(mount)" }

        package init(
            host: String,
            port: UInt16,
            mount: String,
            user: String,
            password: String,
            name: String,
            description: String
        ) {
            self.host = host
            self.port = port
            self.mount = mount
            self.user = user
            self.password = password
            self.name = name
            self.description = description
        }
    }

    /// An RTMP server.
    package struct Push: Codable, Hashable, Sendable {
        package var name: String
        /// Without the key.
        package var url: String
        package var key: String

        package init(name: String, url: String, key: String) {
            self.name = name
            self.url = url
            self.key = key
        }
    }

    /// A file for each hour of what was on air.
    package struct Recording: Codable, Hashable, Sendable {
        package var daysMax: Int
        package var megabytesMax: Int

        package init(daysMax: Int, megabytesMax: Int) {
            self.daysMax = daysMax
            self.megabytesMax = megabytesMax
        }
    }

    /// What the servers are called in statuses, in the order in which they stand there.
    package var names: [String] { icecast.map(\.label) + push.map(\.name) }

    /// The same without some of the servers.
    package func without(_ names: Set<String>) -> OutputTargets {
        guard !names.isEmpty else { return self }
        var rest = self
        rest.icecast.removeAll { names.contains($0.label) }
        rest.push.removeAll { names.contains($0.name) }
        return rest
    }

    package var icecast: [Icecast]
    package var push: [Push]
    /// `nil` records nothing.
    package var recording: Recording?

    package init(icecast: [Icecast] = [], push: [Push] = [], recording: Recording? = nil) {
        self.icecast = icecast
        self.push = push
        self.recording = recording
    }
}

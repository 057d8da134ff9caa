/// An RTMP server that the programme is pushed to: a platform's ingest, or Theta's.
package struct PushTargetSettings: Hashable, Sendable {
    /// For statuses and logs; unique among the targets.
    package var name: String
    /// Such as `rtmp://host/app`, without the key.
    package var url: String
    /// Secret: it is told to ffmpeg, and to nobody else.
    package var key: String
    /// A server that takes nothing for so long is given up; connecting takes some time too.
    package var patience = Duration.seconds(12)

    package init(name: String, url: String, key: String) {
        self.name = name
        self.url = url
        self.key = key
    }

    /// What is wrong, each with its field.
    package func problems() -> [String] {
        var problems: [String] = []
        if name.isEmpty || name.utf8.count > 64 { problems.append("name: must have 1 to 64 bytes") }
        let scheme = ["rtmp://", "rtmps://"].first { url.hasPrefix($0) }
        let hasHost = scheme.map { !url.dropFirst($0.count).prefix { $0 != "/" }.isEmpty } ?? false
        if !hasHost { problems.append("url: must be rtmp:// or rtmps:// with a host") }
        if hasHost, application.isEmpty { problems.append("url: must have an application, as in rtmp://host/app") }
        if !Self.isOneWord(url) { problems.append("url: must be ASCII without spaces, at most 900 bytes") }
        if !Self.isOneWord(key) { problems.append("key: must be ASCII without spaces, at most 900 bytes") }
        return problems
    }

    private static func isOneWord(_ text: String) -> Bool {
        // ffmpeg cuts off lines of more than 1000 bytes.
        text.utf8.count <= 900 && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
    }

    /// What ffmpeg is told of the key, as a file of options, so that nobody who lists processes reads it; `nil` without one.
    ///
    /// What stands behind the host and before the key is the application.
    package var options: String? {
        guard !key.isEmpty else { return nil }
        // Parted as ffmpeg parts an address that ends with the key: the application has one part where one follows it,
        // and otherwise two.
        let parts = application + key.split(separator: "/", omittingEmptySubsequences: false)
        let count = min(2, parts.count - 1)
        return
            "rtmp_playpath=\(parts[count...].joined(separator: "/"))\nrtmp_app=\(parts[..<count].joined(separator: "/"))\n"
    }

    /// What stands behind the host, part by part.
    private var application: [Substring] {
        let rest = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return rest.count > 3 ? rest[3].split(separator: "/") : []
    }

    /// A text without the key and without names, passwords and queries of the address.
    func redacted(_ text: String) -> String {
        var text = text
        if !key.isEmpty { text = text.replacing(key, with: "***") }
        if let query = url.firstIndex(of: "?") { text = text.replacing(url[query...], with: "?***") }
        let parts = url.split(separator: "/", maxSplits: 3)
        if parts.count > 1, let at = parts[1].lastIndex(of: "@") {
            text = text.replacing(parts[1][...at], with: "***@")
        }
        return text
    }
}

import PlayoutLink

/// Where the programme goes besides the public stream.
extension OnAirConfig {
    /// An RTMP server, as the settings say it.
    package struct PushTarget: Hashable, Sendable {
        package var name: String
        package var url: String
        /// Of the stream; not set where the server wants none.
        package var key: Credential
    }

    private static let pushMax = 16

    /// Those of `push` that can be read.
    package var pushTargets: [PushTarget] { push.compactMap(OnAirConfig.pushTarget) }

    private static func pushTarget(_ text: String) -> PushTarget? {
        let words = text.split(separator: " ").map(String.init)
        guard (2...3).contains(words.count), Credential.isValid(name: words[0]) else { return nil }
        guard ["rtmp://", "rtmps://"].contains(where: { words[1].hasPrefix($0) && words[1] != $0 }) else { return nil }
        // A host, and an application behind it; more bytes than that ffmpeg does not read.
        guard words[1].utf8.count <= 900, words[1].split(separator: "/").count >= 3 else { return nil }
        let key = Credential(words.count == 3 ? words[2] : "")
        // A key that stands in the file itself could be read by others, and would be shown.
        guard !key.isSet || key.name != nil else { return nil }
        return PushTarget(name: words[0], url: words[1], key: key)
    }

    var outputProblems: [ConfigProblem] {
        var problems: [ConfigProblem] = []
        for (index, text) in push.enumerated() where OnAirConfig.pushTarget(text) == nil {
            problems.append(
                .invalid(
                    "push",
                    "number \(index + 1) must be a name, an rtmp:// or rtmps:// URL with an application (rtmp://host/app), and cred:NAME if it has a key"
                )
            )
        }
        problems += ConfigProblem.repeated("push", pushTargets.map(\.name))
        if push.count > OnAirConfig.pushMax {
            problems.append(.invalid("push", "must be at most \(OnAirConfig.pushMax)"))
        }
        problems += ConfigProblem.range("icecast_port", icecastPort, 1...65_535)
        problems += ConfigProblem.range("ident_every_seconds", identEverySeconds, 10...3600)
        problems += ConfigProblem.range("record_days", recordDays, 0...36_500)
        problems += ConfigProblem.range("record_megabytes", recordMegabytes, 1...100_000_000)
        if !icecastMount.hasPrefix("/") || icecastMount == "/" {
            problems.append(.invalid("icecast_mount", "must begin with a slash and have a name, such as /live.aac"))
        }
        if !icecastHost.isEmpty, !icecastPassword.isSet {
            problems.append(.invalid("icecast_password", "must name the password of the server's sources"))
        }
        let pathBytesMax = PlayoutItem.Limits.fileSizeBytesMax
        let files: [(ConfigPath, String)] = [("bed", bed), ("ident", ident), ("jingle", jingle)]
        for (key, path) in files where !path.isEmpty && (!path.hasPrefix("/") || path.utf8.count > pathBytesMax) {
            problems.append(.invalid(key, "must be the whole path of a WAV file"))
        }
        return problems
    }
}

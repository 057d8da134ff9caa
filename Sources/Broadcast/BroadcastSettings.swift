/// What leaves the station, and how.
package struct BroadcastSettings: Hashable, Sendable {
    package var hls: HLSSettings
    package var encoder = EncoderSettings()
    package var outputs = BroadcastOutputs()
    /// The picture beside the sound; `nil` sends sound alone.
    package var picture: PictureSettings?
    /// Quieter is silence, in dB below full scale.
    package var silenceThreshold = -50.0

    /// With defaults for all but the public folder.
    package init(folder: String) { hls = HLSSettings(folder: folder) }

    /// What is wrong, each with its field.
    package func problems() -> [String] {
        var problems: [String] = []
        func check(_ isRight: Bool, _ text: String) { if !isRight { problems.append(text) } }
        check(!hls.folder.isEmpty, "hls.folder: must not be empty")
        check(HLSPlaylist.targetSecondsRange.contains(hls.targetSeconds), "hls.target_seconds: must be 1 to 10")
        check(
            hls.firstSegmentSeconds.map { (0.5...Double(hls.targetSeconds)).contains($0) } ?? true,
            "hls.first_segment_seconds: must be 0.5 to target_seconds"
        )
        check(
            (3 * hls.targetSeconds...HLSPlaylist.windowSecondsMax).contains(hls.windowSeconds),
            "hls.window_seconds: must be three times target_seconds to a day"
        )
        check(
            hls.captionLanguage.map { !$0.isEmpty && $0.utf8.allSatisfy(Self.isLanguage) } ?? true,
            "hls.caption_language: must be a language tag, such as en"
        )
        check((32_000...320_000).contains(encoder.bitsPerSecond), "encoder.bits_per_second: must be 32000 to 320000")
        check((1...14).contains(encoder.historySeconds), "encoder.history_seconds: must be 1 to 14")
        check(!encoder.program.isEmpty, "encoder.program: must not be empty")
        check((-100 ... -10).contains(silenceThreshold), "silence_threshold: must be -100 to -10")
        problems += (picture?.problems() ?? []).map { "picture.\($0)" }
        return problems + outputs.problems()
    }

    private static func isLanguage(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
        default: false
        }
    }
}

/// Where the programme goes besides the public playlist; can be changed while on air.
package struct BroadcastOutputs: Hashable, Sendable {
    package var icecast: [IcecastSettings] = []
    package var push: [PushTargetSettings] = []
    /// `nil` records nothing.
    package var recording: RecorderSettings?

    private static let icecastMax = 8
    private static let pushMax = 16

    package init() {}

    /// What is wrong, each with its field.
    package func problems() -> [String] {
        var problems: [String] = []
        func check(_ isRight: Bool, _ text: String) { if !isRight { problems.append(text) } }
        check(icecast.count <= Self.icecastMax, "icecast: at most \(Self.icecastMax)")
        for (index, mount) in icecast.enumerated() {
            problems += mount.problems().map { "icecast[\(index)].\($0)" }
        }
        check(Set(icecast.map(\.label)).count == icecast.count, "icecast: two are the same mount")
        check(push.count <= Self.pushMax, "push: at most \(Self.pushMax)")
        for (index, target) in push.enumerated() { problems += target.problems().map { "push[\(index)].\($0)" } }
        check(Set(push.map(\.name)).count == push.count, "push: two targets have the same name")
        problems += (recording?.problems() ?? []).map { "recording.\($0)" }
        return problems
    }
}

/// Settings that cannot be used.
package struct BroadcastSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Each names its field.
    package let problems: [String]
    package var description: String { problems.joined(separator: "; ") }
}

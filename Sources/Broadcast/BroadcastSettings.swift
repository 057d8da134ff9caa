/// What leaves the station, and how.
package struct BroadcastSettings: Hashable, Sendable {
    package var hls: HLSSettings
    package var encoder = EncoderSettings()
    package var icecast: [IcecastSettings] = []
    package var push: [PushTargetSettings] = []
    /// `nil` records nothing.
    package var recording: RecorderSettings?
    /// Quieter is silence, in dB below full scale.
    package var silenceThreshold = -50.0

    /// With defaults for all but the public folder.
    package init(folder: String) { hls = HLSSettings(folder: folder) }

    static let icecastMax = 8
    static let pushMax = 16

    /// What is wrong, each with its field.
    package func problems() -> [String] {
        var problems: [String] = []
        func check(_ isRight: Bool, _ text: String) { if !isRight { problems.append(text) } }
        check(!hls.folder.isEmpty, "hls.folder: must not be empty")
        check(HLSPlaylist.targetSecondsRange.contains(hls.targetSeconds), "hls.target_seconds: must be 1 to 10")
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
        check(icecast.count <= Self.icecastMax, "icecast: at most \(Self.icecastMax)")
        for (index, mount) in icecast.enumerated() {
            problems += mount.problems().map { "icecast[\(index)].\($0)" }
        }
        problems += Self.problems(push)
        problems += (recording?.problems() ?? []).map { "recording.\($0)" }
        return problems
    }

    static func problems(_ targets: [PushTargetSettings]) -> [String] {
        var problems = targets.count <= pushMax ? [] : ["push: at most \(pushMax)"]
        for (index, target) in targets.enumerated() { problems += target.problems().map { "push[\(index)].\($0)" } }
        if Set(targets.map(\.name)).count != targets.count { problems.append("push: two targets have the same name") }
        return problems
    }

    private static func isLanguage(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
        default: false
        }
    }
}

/// Settings that cannot be used.
package struct BroadcastSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Each names its field.
    package let problems: [String]
    package var description: String { problems.joined(separator: "; ") }
}

import PlayoutLink

/// Decides how loud the bed is under what plays over it, one block at a time.
struct Ducker {
    /// The bed's factor at the end of the last block.
    private(set) var gain: Float = 0
    private var quietBlocks = 0

    /// Under speech: −14 dB.
    static let underSpeech: Float = 0.199_526
    /// Under jingles and idents: −8 dB.
    static let underJingle: Float = 0.398_107
    /// What counts as sound: −50 dBFS.
    static let thresholdPeak: Float = 0.003_162
    /// Pauses of speech up to this long do not bring the bed up: 700 ms.
    static let holdBlocks = 35
    /// 14 dB in 60 ms.
    private static let attackFactor: Float = 0.584
    /// From nothing to full in 400 ms.
    private static let releaseStep: Float = 0.05

    /// The factor at the end of the next block; over the block it moves there in a straight line.
    ///
    /// - Parameters:
    ///   - kind: what plays, or `nil` when nothing does; the bed then rises at once.
    ///   - peak: its highest sample in this block.
    /// - Returns: the new factor.
    mutating func next(under kind: ItemKind?, peak: Float) -> Float {
        quietBlocks = peak > Ducker.thresholdPeak ? 0 : quietBlocks + 1
        // Not `map`: its closure takes memory where nothing is optimised.
        let target: Float = if let kind { level(under: kind) } else { 1 }
        if gain > target {
            gain = max(target, gain * Ducker.attackFactor)
            // Far below anything that can be heard.
            if gain < 0.000_1 { gain = 0 }
        } else {
            gain = min(target, gain + Ducker.releaseStep)
        }
        return gain
    }

    private func level(under kind: ItemKind) -> Float {
        switch kind {
        case .music: quietBlocks > Ducker.holdBlocks ? 1 : 0
        case .jingle, .ident: Ducker.underJingle
        case .speech, .call: quietBlocks > Ducker.holdBlocks ? 1 : Ducker.underSpeech
        }
    }
}

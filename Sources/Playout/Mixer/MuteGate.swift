import Sound

/// Silences the output within 5 ms.
struct MuteGate {
    var isMuted = false
    private var gain: Float = 1
    private static let step = 1 / Float(AudioFormat.frames(milliseconds: 5))

    mutating func process(_ samples: UnsafeMutablePointer<Float>, frames: Int) {
        let target: Float = isMuted ? 0 : 1
        if gain == target {
            if isMuted { samples.update(repeating: 0, count: frames * 2) }
            return
        }
        for frame in 0..<frames {
            gain = isMuted ? max(0, gain - MuteGate.step) : min(1, gain + MuteGate.step)
            samples[2 * frame] *= gain
            samples[2 * frame + 1] *= gain
        }
    }
}

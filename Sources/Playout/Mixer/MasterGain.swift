import Sound

/// How loud everything leaves; a change takes a fifth of a second, so that nobody hears a step.
struct MasterGain {
    /// A factor.
    var target: Float = 1
    private var gain: Float = 1
    /// By how much it may change from one frame to the next.
    private static let step = 1 / Float(AudioFormat.frames(milliseconds: 200))

    mutating func process(_ samples: UnsafeMutablePointer<Float>, frames: Int) {
        if gain == target {
            if gain != 1 { for sample in 0..<frames * 2 { samples[sample] *= gain } }
            return
        }
        for frame in 0..<frames {
            gain = gain < target ? min(target, gain + MasterGain.step) : max(target, gain - MasterGain.step)
            samples[2 * frame] *= gain
            samples[2 * frame + 1] *= gain
        }
    }
}

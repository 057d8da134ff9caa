import Sound

/// Plays the bed: from its file while that has sound, else the station's own.
struct BedPlayer {
    private let ring: SampleRing
    private let sounds: StandbySound
    private var padPosition = 0
    private var isFileWanted = false
    private var fileGain: Float = 1
    /// How much of the file is heard; the rest is the station's own bed.
    private var fileShare: Float = 0

    /// From one to the other in a second.
    private static let shareStep: Float = 0.02

    init(ring: SampleRing, sounds: StandbySound) {
        self.ring = ring
        self.sounds = sounds
    }

    mutating func useFile(_ isWanted: Bool, gain: Float) {
        isFileWanted = isWanted
        fileGain = gain
    }

    /// Makes the bed's next block.
    ///
    /// - Parameters:
    ///   - block: is replaced.
    ///   - scratch: room for a block.
    ///   - before: the factor at the beginning.
    ///   - after: the factor at the end.
    mutating func render(
        into block: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>,
        from before: Float,
        to after: Float
    ) {
        let frames = AudioFormat.blockFrames
        sounds.readPad(into: block, frames: frames, position: &padPosition)
        // A ring that has run dry drops out at once: the gap would be heard.
        let hasFile = isFileWanted && ring.available >= frames
        let shareBefore = hasFile || !isFileWanted ? fileShare : 0
        let shareAfter = hasFile ? min(1, fileShare + BedPlayer.shareStep) : max(0, shareBefore - BedPlayer.shareStep)
        fileShare = shareAfter
        if shareBefore > 0 || shareAfter > 0 {
            let count = ring.read(into: scratch, frames: frames)
            if count < frames { (scratch + 2 * count).update(repeating: 0, count: 2 * (frames - count)) }
            let step = (shareAfter - shareBefore) / Float(frames)
            for frame in 0..<frames {
                let share = shareBefore + step * Float(frame)
                let gain = share * fileGain
                block[2 * frame] = block[2 * frame] * (1 - share) + scratch[2 * frame] * gain
                block[2 * frame + 1] = block[2 * frame + 1] * (1 - share) + scratch[2 * frame + 1] * gain
            }
        }
        let step = (after - before) / Float(frames)
        for frame in 0..<frames {
            let gain = before + step * Float(frame)
            block[2 * frame] *= gain
            block[2 * frame + 1] *= gain
        }
    }
}

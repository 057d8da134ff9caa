import Glibc
import PlayoutLink
import Sound

/// One item while the mixer plays it.
struct Voice: BitwiseCopyable {
    let cue: Cue
    /// Frames played since the beginning of the buffer.
    private(set) var position = 0
    /// Where it ends, counted like `position`.
    private(set) var endFrame: Int
    private(set) var end = VoiceEnd.finished
    private var fadeInFrames: Int
    private var fadeOutFrames: Int
    private var fadesInByPower = false
    private var fadesOutByPower = false

    init(_ cue: Cue, totalFrames: Int) {
        self.cue = cue
        endFrame = totalFrames
        // A resumed item has no beginning to fade in, but must not begin with a click either.
        fadeInFrames = cue.startFrame == 0 ? cue.fadeInFrames : max(cue.fadeInFrames, Voice.resumeFadeFrames)
        fadeOutFrames = cue.fadeOutFrames
    }

    private static let resumeFadeFrames = AudioFormat.frames(milliseconds: 10)
    private static let skipFadeFrames = AudioFormat.frames(milliseconds: 20)

    var remaining: Int { endFrame - position }
    /// Where in the item it is.
    var itemFrame: Int { cue.startFrame + position }
    var isBeingSkipped: Bool { end == .skipped }

    /// Begins under the end of another voice.
    mutating func fadeIn(byPowerOver frames: Int) {
        fadeInFrames = frames
        fadesInByPower = true
    }

    /// Gives way to another voice until its own end.
    mutating func fadeOutByPower() {
        fadeOutFrames = remaining
        fadesOutByPower = true
    }

    /// Ends soon, without a click.
    mutating func skip() {
        endFrame = min(endFrame, position + Voice.skipFadeFrames)
        fadeOutFrames = remaining
        end = .skipped
    }

    /// Adds its next frames to the target.
    ///
    /// - Parameters:
    ///   - ring: its sound.
    ///   - target: interleaved samples, at least `frames` of them.
    ///   - scratch: room for a block.
    ///   - frames: at most what remains.
    /// - Returns: how many frames there were.
    mutating func mix(
        from ring: SampleRing,
        into target: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>,
        frames: Int
    ) -> Int {
        let count = ring.read(into: scratch, frames: min(frames, remaining))
        let isFading = position < fadeInFrames || position + count > endFrame - fadeOutFrames
        if isFading {
            for frame in 0..<count {
                let gain = cue.gain * fade(at: position + frame)
                target[2 * frame] += scratch[2 * frame] * gain
                target[2 * frame + 1] += scratch[2 * frame + 1] * gain
            }
        } else {
            for sample in 0..<count * 2 { target[sample] += scratch[sample] * cue.gain }
        }
        position += count
        return count
    }

    private func fade(at frame: Int) -> Float {
        var gain: Float = 1
        if frame < fadeInFrames {
            let part = Float(frame) / Float(fadeInFrames)
            gain *= fadesInByPower ? sin(part * .pi / 2) : part
        }
        let left = endFrame - frame
        if left <= fadeOutFrames {
            let part = Float(left) / Float(fadeOutFrames)
            gain *= fadesOutByPower ? sin(part * .pi / 2) : part
        }
        return gain
    }
}

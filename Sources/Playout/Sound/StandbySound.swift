import Sound
import Threading

/// The sounds that the station makes by itself: a soft bed that loops without a seam, and a chime that is its ident.
///
/// Memory is taken at once; `generate` fills it, on any one thread, and until then both are silent. They are made from a
/// seed, so they sound the same after every start.
package final class StandbySound: @unchecked Sendable {
    // Proof for `@unchecked`: `generate` writes before `isReady` is set, with release; readers look at it first, and
    // nobody writes afterwards.

    /// 24 s: four chords of 6 s.
    package static let padFrames = 24 * AudioFormat.sampleRate
    /// 2.5 s.
    package static let chimeFrames = AudioFormat.sampleRate * 5 / 2
    /// −20 LUFS when the bed is alone: below speech at −16, but nobody takes it for silence.
    ///
    /// Under speech, 14 dB lower, it has −34 LUFS. The figure is the RMS of both channels that this chord has at −20 LUFS.
    package static let padRMSDecibels: Float = -21.4

    private let pad: UnsafeMutablePointer<Int16>
    private let chime: UnsafeMutablePointer<Int16>
    private let ready = Atomic<Bool>(false)

    package init() {
        pad = .allocate(capacity: StandbySound.padFrames * 2)
        chime = .allocate(capacity: StandbySound.chimeFrames * 2)
    }

    deinit {
        pad.deallocate()
        chime.deallocate()
    }

    package var isReady: Bool { ready.load(ordering: .acquiring) }

    /// Makes the sounds; once.
    package func generate(seed: UInt64 = 0x43_43_46_4D) {
        PadSynthesis(seed: seed).write(to: pad, frames: StandbySound.padFrames)
        ChimeSynthesis.write(to: chime, frames: StandbySound.chimeFrames)
        ready.store(true, ordering: .releasing)
    }

    /// Gives the next frames of the bed.
    ///
    /// - Parameters:
    ///   - target: room for the frames.
    ///   - frames: how many.
    ///   - position: where in the loop; moved on.
    func readPad(into target: UnsafeMutablePointer<Float>, frames: Int, position: inout Int) {
        guard isReady else {
            target.update(repeating: 0, count: frames * 2)
            return
        }
        for frame in 0..<frames {
            target[2 * frame] = Float(pad[2 * position]) * StandbySound.scale
            target[2 * frame + 1] = Float(pad[2 * position + 1]) * StandbySound.scale
            position = position + 1 == StandbySound.padFrames ? 0 : position + 1
        }
    }

    /// Adds the next frames of the chime to the target.
    ///
    /// - Returns: how many there were.
    func mixChime(into target: UnsafeMutablePointer<Float>, frames: Int, from position: Int) -> Int {
        guard isReady else { return 0 }
        let count = min(frames, StandbySound.chimeFrames - position)
        for sample in 0..<count * 2 { target[sample] += Float(chime[2 * position + sample]) * StandbySound.scale }
        return count
    }

    private static let scale: Float = 1 / 32_768
}

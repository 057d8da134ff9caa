import Sound

/// How frames of picture count: frame n is seen with samples n · 1920 and those up to the next frame.
package enum PictureClock {
    package static let framesPerSecond = 25
    package static let samplesPerFrame = Int64(AudioFormat.sampleRate / framesPerSecond)
    /// A frame whose number can be divided by this depends on none before it, so that segments can begin there.
    package static let keyEvery: Int64 = 24
    /// Where segments end that have both: whole frames of picture, 45 frames of AAC, and a frame that depends on none.
    package static let gridSamples = keyEvery * samplesPerFrame

    /// The first frame that begins at a sample or after it.
    package static func firstFrame(at sample: Int64) -> Int64 { (sample + samplesPerFrame - 1) / samplesPerFrame }

    /// Where a frame begins.
    package static func sample(of frame: Int64) -> Int64 { frame * samplesPerFrame }
}

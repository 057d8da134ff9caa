import Glibc

/// The one form that audio has inside the station: 32-bit float, two interleaved channels.
package enum AudioFormat {
    /// Frames per second.
    package static let sampleRate = 48_000
    package static let channels = 2
    /// Frames in a block: 20 ms.
    package static let blockFrames = 960
    /// Floats in a block.
    package static let blockSamples = blockFrames * channels
    package static let blockNanoseconds: Int64 = 20_000_000

    /// Frames in a number of milliseconds.
    package static func frames(milliseconds: Int) -> Int { milliseconds * sampleRate / 1000 }
}

/// Levels as factors and as decibels.
package enum Level {
    /// The factor of a level in decibels.
    package static func factor(decibels: Float) -> Float { exp2(decibels * 0.166_096_404_744_368_1) }

    /// The level of a factor, at least −120 dB, which is what silence has.
    package static func decibels(_ factor: Float) -> Float { max(-120, 20 * log10(max(factor, 1e-7))) }

    package static let silenceDecibels: Float = -120
}

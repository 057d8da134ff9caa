import Glibc

/// Levels as factors and as decibels.
package enum Level {
    /// The factor of a level in decibels.
    package static func factor(decibels: Float) -> Float { exp2(decibels * 0.166_096_404_744_368_1) }

    /// The level of a factor, at least −120 dB, which is what silence has.
    package static func decibels(_ factor: Float) -> Float { max(-120, 20 * log10(max(factor, 1e-7))) }

    package static let silenceDecibels: Float = -120
}

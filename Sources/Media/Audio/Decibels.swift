import Glibc

/// Levels, where 0 dB is full scale.
enum Decibels {
    static func amplitude(_ decibels: Double) -> Double { pow(10, decibels / 20) }

    /// - Returns: minus infinity for nothing.
    static func level(_ amplitude: Double) -> Double { 20 * log10(amplitude) }
}

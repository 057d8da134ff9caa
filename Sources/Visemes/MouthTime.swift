/// Moments and lengths on a mouth's clock: whole samples at the station's rate.
///
/// Sound is counted in the same samples, and a millisecond (48 of them) and a video frame at 24, 25, 30, 50 or 60 to the
/// second are whole numbers of them. So nothing is ever rounded twice, and a mouth cannot drift away from its sound.
package enum MouthTime {
    /// Samples per second.
    package static let rate = 48_000
    /// Longer tracks are refused: an hour.
    package static let max = 3_600 * rate
    /// One frame at 25 to the second.
    package static let frame = rate / 25

    package static func milliseconds(_ count: Int) -> Int { count * rate / 1000 }

    /// - Parameter seconds: from the start of the sound.
    /// - Returns: the nearest sample.
    /// - Throws: `VisemeError.badInput` for what is no number, lies before the start, or lies too late.
    package static func sample(seconds: Double) throws(VisemeError) -> Int {
        let sample = (seconds * Double(rate)).rounded()
        guard sample >= 0, sample <= Double(max) else {
            throw VisemeError.badInput("a moment of \(seconds) s lies outside of 0 to \(max / rate) s")
        }
        return Int(sample)
    }
}

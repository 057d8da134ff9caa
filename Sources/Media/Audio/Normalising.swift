/// A sound at the station's loudness.
package struct NormalisedSound: Hashable, Sendable {
    package let sound: PCM
    /// What was done to it, in dB, the limiter aside.
    package let gain: Double
    package let isLimited: Bool
    /// As it is now.
    package let loudness: Loudness
}

extension PCM {
    /// Streams and podcasts are usually that loud, in LUFS.
    package static let loudnessTarget = -16.0
    /// In dBTP.
    package static let peakMax = -1.0
    /// More than that would lift nothing but noise, in dB.
    private static let gainMax = 40.0
    /// How far the result may be from the target, in LU.
    private static let tolerance = 0.3
    private static let roundsMax = 6

    /// The same sound at a loudness, with its peaks held below a level.
    ///
    /// Where a gain alone would lift peaks too high, a limiter holds them, and the gain grows until the loudness is right
    /// again. Silence stays as it is.
    ///
    /// - Parameters:
    ///   - target: in LUFS.
    ///   - peakMax: in dBTP; nothing is higher, whatever becomes of the loudness.
    /// - Returns: the sound, with what was done to it.
    /// - Throws: `SpeechError` with `.badAudio` when the sound cannot be measured.
    package func normalised(
        to target: Double = PCM.loudnessTarget,
        peakMax: Double = PCM.peakMax
    ) throws(SpeechError) -> NormalisedSound {
        let before = try Loudness(of: self)
        guard let integrated = before.integrated else {
            return NormalisedSound(sound: self, gain: 0, isLimited: false, loudness: before)
        }
        var gain = min(target - integrated, PCM.gainMax)
        if before.truePeak + gain <= peakMax {
            let after = Loudness(integrated: integrated + gain, truePeak: before.truePeak + gain)
            return NormalisedSound(sound: amplified(by: gain), gain: gain, isLimited: false, loudness: after)
        }
        // Peaks between the samples are a little higher than these; each round learns by how much.
        var ceiling = peakMax - 0.2
        var result = amplified(by: gain)
        var loudness = before
        for _ in 0..<PCM.roundsMax {
            result = Limiter(ceilingDecibels: ceiling, sampleRate: sampleRate).limited(amplified(by: gain))
            loudness = try Loudness(of: result)
            let missing = target - (loudness.integrated ?? target)
            let excess = loudness.truePeak - peakMax
            if excess <= 0, abs(missing) <= PCM.tolerance || gain >= PCM.gainMax { break }
            if excess > 0 { ceiling -= excess + 0.05 }
            gain = min(gain + missing, PCM.gainMax)
        }
        if loudness.truePeak > peakMax {
            result = result.amplified(by: peakMax - loudness.truePeak)
            loudness = try Loudness(of: result)
        }
        return NormalisedSound(sound: result, gain: gain, isLimited: true, loudness: loudness)
    }
}

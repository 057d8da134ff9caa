/// What leaves the station, as measured on the sound that goes to the encoder.
package struct MeterStatus: Hashable, Codable, Sendable {
    /// Level and loudest sample of the last 100 ms, in dB below full scale.
    package var level = SilenceMeter.floor
    package var peak = SilenceMeter.floor
    /// How long it has been silent until now, in seconds.
    ///
    /// Sound that does not come at all is silence too.
    package var silentSeconds = 0.0
    package var longestSilenceSeconds = 0.0
    package var loudness = Loudness()
    /// How far the sound is ahead of the clock (positive) or behind it (negative) since the first block, in seconds.
    package var driftSeconds = 0.0
    package var measuredSeconds = 0.0
    /// Samples that were not measured, because the meter's thread was late.
    package var overrunSamples: Int64 = 0

    package init() {}
}

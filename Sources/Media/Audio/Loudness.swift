import Sound

/// How loud a sound is, by EBU R 128; one channel counts as played on both sides.
package struct Loudness: Hashable, Sendable {
    /// In LUFS; `nil` where there is nothing but silence.
    package let integrated: Double?
    /// In dBTP: the highest level between the samples too; minus infinity for silence.
    package let truePeak: Double

    package init(integrated: Double?, truePeak: Double) {
        self.integrated = integrated
        self.truePeak = truePeak
    }

    /// Measures a whole sound.
    ///
    /// The standard counts blocks of 0.4 s; a sound that is shorter is measured as if it were repeated.
    /// - Throws: `SpeechError` with `.badAudio` for a rate or a number of channels that cannot be measured.
    package init(of sound: PCM) throws(SpeechError) {
        let wholeBlock = sound.sampleRate / 2
        let measured =
            sound.frameCount < wholeBlock && !sound.isEmpty
            ? PCM(sampleRate: sound.sampleRate, channels: sound.channels.map { Loudness.repeated($0, wholeBlock) })
            : sound
        do throws(LoudnessError) {
            let meter = try LoudnessMeter(.whole, channels: sound.channelCount, sampleRate: sound.sampleRate)
            guard measured.interleaved.withUnsafeBufferPointer({ meter.measure($0) }) else {
                throw LoudnessError("there is no memory")
            }
            self.init(integrated: meter.integrated, truePeak: Decibels.level(meter.truePeak))
        } catch {
            throw SpeechError(.badAudio, "audio: its loudness: \(error)")
        }
    }

    private static func repeated(_ samples: [Float], _ count: Int) -> [Float] {
        (0..<count).map { samples[$0 % samples.count] }
    }
}

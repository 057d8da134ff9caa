/// What an engine has made of a sentence, before it is brought to the station's form.
struct RawSpeech: Sendable {
    /// At whatever rate and loudness.
    var sound: PCM
    /// When each spoken word is said, in seconds; `nil` for the whole when the engine does not tell, and for a word that
    /// could not be found.
    var spans: [Range<Double>?]?
    var phones: [PhoneTime] = []
    /// Whether the spans themselves are worked out.
    var areSpansEstimated = false

    /// The speech as it goes on the air: one channel at the station's rate and loudness, without silence around it.
    ///
    /// Works for a while: not for the concurrency pool.
    ///
    /// - Parameters:
    ///   - form: what was said.
    ///   - sentence: what was written.
    ///   - engine: who has said it.
    ///   - voice: with whose voice.
    ///   - effect: what is done to the sound; it may go on after the last word.
    /// - Returns: the sound, with all times counted from its start.
    /// - Throws: `SpeechError` with `.badAnswer` when there is nothing to be heard.
    func finished(
        _ form: SpokenForm,
        of sentence: String,
        engine: String,
        voice: String,
        effect: VoiceEffect?
    ) throws(SpeechError) -> SpokenAudio {
        let trimmed = sound.mono.resampled().trimmed()
        guard !trimmed.sound.isEmpty else { throw SpeechError(.badAnswer, "\(engine): there is nothing to be heard") }
        let effected = effect.map { trimmed.sound.with($0) } ?? trimmed.sound
        let normalised = try effected.normalised()
        // Words end before the effect has died away.
        let end = trimmed.sound.seconds
        func moved(_ moment: Double) -> Double { min(max(0, moment - trimmed.start), end) }
        let words: [WordTime]
        if let spans {
            let moved = spans.map { $0.map { moved($0.lowerBound)..<moved($0.upperBound) } }
            words = WordTimes.written(form, of: sentence, spans: moved, end: end, areEstimated: areSpansEstimated)
        } else {
            words = WordTimes.written(
                form,
                of: sentence,
                spans: WordTimes.estimated(form, seconds: end).map(Optional.some),
                end: end,
                areEstimated: true
            )
        }
        let phones = phones.compactMap { phone -> PhoneTime? in
            let (start, stop) = (moved(phone.start), moved(phone.end))
            // Pauses that were cut off are gone.
            guard stop > start || !phone.isPause else { return nil }
            return PhoneTime(name: phone.name, arpabet: phone.arpabet, start: start, end: stop, isPause: phone.isPause)
        }
        return SpokenAudio(
            sound: normalised.sound,
            words: words,
            phones: phones,
            engine: engine,
            voice: voice,
            loudness: normalised.loudness.integrated
        )
    }
}

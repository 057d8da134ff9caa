/// Turns sentences into speech: a program on this machine, or a service.
package protocol SpeechEngine: Sendable {
    /// What the settings, errors and the list of pronunciations call it.
    var name: String { get }

    /// Whether it has voices for a language, by a tag such as `en` or `pt-BR`.
    func speaks(_ language: String) -> Bool

    /// Whether it can be asked as things are set up; asks nobody outside the machine.
    func availability() async -> SpeechAvailability

    /// Everything that makes its answer to a request what it is, in words, but the effect: two requests with equal ones
    /// sound the same.
    func fingerprint(of request: SpeechRequest) -> String

    /// Says one sentence.
    ///
    /// - Parameter request: what, and how.
    /// - Returns: sound at the station's rate and loudness, without silence around it, and when what was said.
    /// - Throws: `SpeechError`; cancelling the task ends the work.
    func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio
}

/// Whether something can be asked.
package enum SpeechAvailability: Hashable, Sendable {
    case available
    /// Why not, and what to do about it.
    case unavailable(String)
}

/// One sentence to say.
package struct SpeechRequest: Hashable, Sendable {
    /// As it was written.
    package let text: String
    /// A tag such as `en` or `de-AT`.
    package let language: String
    package let manner: VoiceManner
    /// How long the engine may take.
    package let patience: Duration

    /// - Parameters:
    ///   - text: one sentence.
    ///   - language: a tag such as `en` or `de-AT`.
    ///   - manner: whose voice, how fast, how high.
    ///   - patience: how long the engine may take.
    /// - Throws: `SpeechError` when the text is too long for one sentence or cannot be said, and when the language is no tag.
    package init(
        text: String,
        language: String = "en",
        manner: VoiceManner = VoiceManner(),
        patience: Duration = .seconds(20)
    ) throws(SpeechError) {
        guard text.count <= SpokenText.sentenceCharactersMax else {
            throw SpeechError(
                .badText,
                "text: longer than \(SpokenText.sentenceCharactersMax) characters for one sentence"
            )
        }
        _ = try SpokenText.sentences(of: text)
        guard (2...35).contains(language.utf8.count),
            language.utf8.allSatisfy({ byte in
                Character(Unicode.Scalar(byte)).isLetter && byte < 0x80 || (0x30...0x39).contains(byte) || byte == 0x2D
            })
        else { throw SpeechError(.badSetting, "language: a tag such as en or de-AT is needed") }
        self.text = text
        self.language = language
        self.manner = manner
        self.patience = patience
    }
}

/// Whose voice speaks, how fast, and how high.
package struct VoiceManner: Hashable, Sendable {
    /// The voice to use of each engine; of an engine that is not named, its own first choice.
    package let voices: [String: String]
    /// 1 is the voice's own pace; 0.5 to 2.
    package let speed: Double
    /// In semitones above or below the voice's own pitch; -12 to 12.
    ///
    /// Services that cannot do it keep their own.
    package let pitch: Double
    /// What is done to the sound afterwards; `nil` for nothing.
    package let effect: VoiceEffect?

    /// - Parameters:
    ///   - voices: by the engines' names.
    ///   - speed: as a factor; what lies beyond the limits is brought back to them.
    ///   - pitch: in semitones; likewise.
    ///   - effect: what is done to the sound afterwards.
    package init(
        voices: [String: String] = [:],
        speed: Double = 1,
        pitch: Double = 0,
        effect: VoiceEffect? = nil
    ) {
        self.effect = effect
        self.voices = voices
        self.speed = speed.isFinite ? min(max(speed, 0.5), 2) : 1
        self.pitch = pitch.isFinite ? min(max(pitch, -12), 12) : 0
    }
}

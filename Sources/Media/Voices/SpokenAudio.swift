/// A sentence as sound, and when what of it is said.
package struct SpokenAudio: Hashable, Sendable {
    /// One channel at the station's rate and loudness, without silence around it.
    package let sound: PCM
    /// The words of the text as it was written, in order; a figure with its unit is one.
    package let words: [WordTime]
    /// In order; none where the engine tells none.
    package let phones: [PhoneTime]
    /// Which engine has said it.
    package let engine: String
    /// The engine's name of the voice.
    package let voice: String
    /// How loud it is; `nil` for what is too soft to be measured.
    package let loudness: Double?

    package init(
        sound: PCM,
        words: [WordTime],
        phones: [PhoneTime],
        engine: String,
        voice: String,
        loudness: Double?
    ) {
        self.sound = sound
        self.words = words
        self.phones = phones
        self.engine = engine
        self.voice = voice
        self.loudness = loudness
    }
}

/// When a word of the text is said.
package struct WordTime: Hashable, Sendable {
    /// As it was written.
    package let text: String
    /// In bytes of the sentence's UTF-8.
    package let range: Range<Int>
    /// In seconds from the start of the sound.
    package let start: Double
    package let end: Double
    /// Whether the times are worked out from the lengths of the words, and not measured.
    package let isEstimated: Bool

    package init(text: String, range: Range<Int>, start: Double, end: Double, isEstimated: Bool) {
        self.text = text
        self.range = range
        self.start = start
        self.end = end
        self.isEstimated = isEstimated
    }
}

/// When one sound of the language is made; what mouths are moved by.
package struct PhoneTime: Hashable, Sendable {
    /// As the engine calls it.
    package let name: String
    /// The same in ARPAbet; several for what the engine takes for one, none for pauses and what has no equal there.
    package let arpabet: [String]
    /// In seconds from the start of the sound.
    package let start: Double
    package let end: Double
    package let isPause: Bool

    package init(name: String, arpabet: [String], start: Double, end: Double, isPause: Bool) {
        self.name = name
        self.arpabet = arpabet
        self.start = start
        self.end = end
        self.isPause = isPause
    }
}

import Domain
import Media
package import RenderWire

/// A sentence of a film as it was said: a file of sound, and what is heard in it when.
///
/// Kept beside the sound, so that a second attempt at a film says nothing twice.
package struct SaidSentence: Codable, Hashable, Sendable {
    /// The name of the sound's file.
    package let file: String
    package let words: [SpokenWord]
    package let phones: [SpokenPhone]
    package let engine: String
    package let milliseconds: Int

    /// - Parameters:
    ///   - audio: what a voice has said.
    ///   - text: the sentence as it was written.
    ///   - file: the name of the file with its sound.
    ///   - endsSentence: whether films may be cut behind it.
    init(_ audio: SpokenAudio, of text: String, file: String, endsSentence: Bool) {
        self.file = file
        engine = audio.engine
        milliseconds = SaidSentence.milliseconds(audio.sound.seconds)
        let bytes = Array(text.utf8)
        var words = audio.words.map {
            SpokenWord(
                SaidSentence.shown($0.range, in: bytes) ?? $0.text,
                SaidSentence.milliseconds($0.start),
                SaidSentence.milliseconds($0.end)
            )
        }
        if !words.isEmpty { words[words.count - 1].endsSentence = endsSentence }
        self.words = words
        phones = audio.phones.map {
            SpokenPhone($0.arpabet, SaidSentence.milliseconds($0.start), SaidSentence.milliseconds($0.end))
        }
    }

    /// What the renderer is told of it.
    func speech(in folder: String) -> RenderSpeech {
        RenderSpeech(
            host: 0,
            file: "\(folder)/\(file)",
            words: words,
            phones: phones,
            // It tells when a sound is heard, the others where one ends and the next begins.
            arePhonesOnsets: engine == "espeak"
        )
    }

    /// A word with the points and quotes that stand at it.
    private static func shown(_ range: Range<Int>, in bytes: [UInt8]) -> String? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count, !range.isEmpty else { return nil }
        let space = UInt8(ascii: " ")
        let from = bytes[..<range.lowerBound].lastIndex { $0 <= space }.map { $0 + 1 } ?? 0
        let to = bytes[range.upperBound...].firstIndex { $0 <= space } ?? bytes.count
        return String(decoding: bytes[from..<to], as: UTF8.self)
    }

    private static func milliseconds(_ seconds: Double) -> Int {
        seconds.isFinite ? Int((min(max(seconds, 0), 86_400) * 1000).rounded()) : 0
    }

    /// A name that two sentences share only if they sound the same, with what was made of them before.
    static func name(of text: String, _ persona: VoicePersona, language: String, endsSentence: Bool) -> String {
        let manner = persona.manner
        let voices = manner.voices.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        let effect = manner.effect.map { "\($0)" } ?? ""
        let parts = ["2", language, voices, "\(manner.speed)", "\(manner.pitch)", effect, "\(endsSentence)", text]
        var hash = SHA256()
        hash.update(Array(parts.joined(separator: "\n").utf8))
        return hash.hexadecimal()
    }
}

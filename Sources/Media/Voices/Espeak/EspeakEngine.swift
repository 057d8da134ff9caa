import JSON
import SpeechWire

/// Speaks by espeak-ng, through a program of our own that is linked with its library; many languages.
///
/// Each sentence is a process of its own: it takes some milliseconds to start, and one that crashes or hangs is gone
/// with its sentence.
package struct EspeakEngine: SpeechEngine {
    package let name = "espeak"
    private let program: VoiceProgram
    private let pronunciations: Pronunciations

    private static let answerBytesMax = 64 * 1024 * 1024
    /// In words per minute: the pace that the library calls normal.
    private static let normalRate = 175.0

    /// - Parameters:
    ///   - program: the path of `cryptocall-speech`, or a name that is looked for in `PATH`.
    ///   - pronunciations: how words of the field are said.
    package init(program: String = "cryptocall-speech", pronunciations: Pronunciations = .standard) {
        self.program = VoiceProgram(program: program, remedy: "it is built with the station; put it beside cryptocalld")
        self.pronunciations = pronunciations
    }

    package func speaks(_ language: String) -> Bool { Self.voice(for: language) != nil }

    package func availability() async -> SpeechAvailability { program.availability }

    package func fingerprint(of request: SpeechRequest) -> String { order(request).json.description }

    package func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
        let (form, order) = (form(request), order(request))
        let outcome = try await program.run(
            [],
            input: SpeechFrame(.request, order.json.bytes).bytes,
            outputMax: Self.answerBytesMax,
            patience: request.patience
        )
        return try await OffPool.run { [name] () throws(SpeechError) in
            let (samples, report) = try Self.answer(outcome)
            let raw = Self.raw(samples, report, form, isEnglish: SpokenForm.isEnglish(request.language))
            return try raw.finished(
                form,
                of: request.text,
                engine: name,
                voice: order.voice,
                effect: request.manner.effect
            )
        }
    }

    private func form(_ request: SpeechRequest) -> SpokenForm {
        SpokenForm(request.text, language: request.language, engine: name, pronunciations: pronunciations)
    }

    private func order(_ request: SpeechRequest) -> SpeechOrder {
        let manner = request.manner
        // 50 is the voice's own pitch; the scale runs over about two octaves.
        let pitch = min(max(50 + manner.pitch * 4, 0), 100)
        return SpeechOrder(
            text: form(request).text,
            voice: manner.voices[name] ?? Self.voice(for: request.language) ?? request.language,
            rate: Int(min(max(Self.normalRate * manner.speed, 80), 450)),
            pitch: Int(pitch)
        )
    }

    // MARK: The answer

    private static func answer(_ outcome: VoiceProgram.Outcome) throws(SpeechError) -> ([Float], SpeechReport) {
        var reader = SpeechFrameReader()
        let frames: [SpeechFrame]
        do throws(SpeechFrame.Fault) {
            frames = try reader.take(outcome.output)
            if outcome.exitCode == 0 { try reader.finish() }
        } catch {
            throw SpeechError(.badAnswer, "espeak: the answer is no stream of frames: \(error)")
        }
        if let failed = frames.first(where: { $0.kind == .failed }) {
            let reason = String(decoding: failed.payload.prefix(300), as: UTF8.self)
            throw SpeechError(outcome.exitCode == 69 ? .unavailable : .badSetting, "espeak: \(reason)")
        }
        guard outcome.exitCode == 0 else { throw SpeechError(.failed, "espeak: it ended with \(outcome.status)") }
        guard let last = frames.last, last.kind == .done, let json = try? JSONValue(parsing: last.payload),
            let report = SpeechReport(json)
        else { throw SpeechError(.badAnswer, "espeak: the answer has no end") }
        let samples = frames.filter { $0.kind == .audio }.flatMap { Samples.pcm16($0.payload) }
        guard samples.count == report.sampleCount, !samples.isEmpty else {
            throw SpeechError(.badAnswer, "espeak: \(samples.count) samples instead of \(report.sampleCount)")
        }
        return (samples, report)
    }

    private static func raw(_ samples: [Float], _ report: SpeechReport, _ form: SpokenForm, isEnglish: Bool)
        -> RawSpeech
    {
        let rate = Double(report.sampleRate)
        func seconds(_ sample: Int) -> Double { Double(min(max(0, sample), samples.count)) / rate }
        let ends = report.phones.dropFirst().map(\.sample) + [samples.count]
        let phones = zip(report.phones, ends).map { phone, end in
            PhoneTime(
                name: phone.name,
                // Other languages have phones of their own under the same names.
                arpabet: isEnglish ? PhoneAlphabet.espeak.arpabet(phone.name) : [],
                start: seconds(phone.sample),
                end: max(seconds(phone.sample), seconds(end)),
                isPause: PhoneAlphabet.espeak.isPause(phone.name)
            )
        }
        var spans = [Range<Double>?](repeating: nil, count: form.words.count)
        let wordEnds = report.words.dropFirst().map(\.sample) + [samples.count]
        for (word, end) in zip(report.words, wordEnds) {
            guard let place = form.places.lastIndex(where: { $0.lowerBound <= word.position }),
                word.position < form.places[place].upperBound
            else { continue }
            let start = seconds(word.sample)
            // Up to the pause before the next word, if there is one.
            let stop = phones.last { !$0.isPause && $0.start < seconds(end) }?.end ?? seconds(end)
            let span = start..<max(start, min(stop, seconds(end)))
            spans[place] =
                min(spans[place]?.lowerBound ?? start, start)..<max(spans[place]?.upperBound ?? 0, span.upperBound)
        }
        return RawSpeech(sound: PCM(sampleRate: report.sampleRate, channels: [samples]), spans: spans, phones: phones)
    }

    // MARK: Languages

    private static func voice(for language: String) -> String? {
        let tag = language.lowercased()
        return voices[tag] ?? tag.split(separator: "-").first.flatMap { voices[String($0)] }
    }

    /// The library's names of voices for languages that its data have.
    private static let voices: [String: String] = [
        "en": "en-us", "en-us": "en-us", "en-gb": "en-gb", "de": "de", "fr": "fr", "es": "es", "es-419": "es-419",
        "it": "it", "pt": "pt", "pt-br": "pt-br", "nl": "nl", "pl": "pl", "cs": "cs", "sk": "sk", "ru": "ru",
        "uk": "uk",
        "tr": "tr", "sv": "sv", "da": "da", "nb": "nb", "no": "nb", "fi": "fi", "hu": "hu", "ro": "ro", "bg": "bg",
        "el": "el", "hr": "hr", "sr": "sr", "sl": "sl", "et": "et", "lv": "lv", "lt": "lt", "hi": "hi", "bn": "bn",
        "id": "id", "ms": "ms", "vi": "vi", "ko": "ko", "ja": "ja", "zh": "cmn", "fa": "fa", "ar": "ar", "he": "he",
    ]
}

import Threading

/// Speaks by flite, a small program on this machine; English only.
///
/// Each sentence is a process of its own, which gets the text on standard input and writes its sound into a folder that
/// nobody else can read. Word times come from the phones that it prints.
package final class FliteEngine: SpeechEngine {
    package let name = "flite"
    private let program: VoiceProgram
    private let folder: ScratchFolder
    private let pronunciations: Pronunciations
    /// The phones of words by themselves, which the program is asked for once.
    private let knownWords = Mutex<[String: [String]]>([:])

    private static let knownWordsMax = 4_096
    private static let reportBytesMax = 1_000_000
    private static let soundBytesMax = 64 * 1024 * 1024

    /// - Parameters:
    ///   - program: a name that is looked for in `PATH`, or a path.
    ///   - scratch: where a folder for sounds under way is made; it goes away with the engine.
    ///   - pronunciations: how words of the field are said.
    package init(
        program: String = "flite",
        scratch: String = "/tmp",
        pronunciations: Pronunciations = .standard
    ) {
        self.program = VoiceProgram(program: program, remedy: "apt-get install flite")
        folder = ScratchFolder(below: scratch)
        self.pronunciations = pronunciations
    }

    package func speaks(_ language: String) -> Bool { SpokenForm.isEnglish(language) }

    package func availability() async -> SpeechAvailability { program.availability }

    package func fingerprint(of request: SpeechRequest) -> String {
        let voice = request.manner.voices[name] ?? FliteVoice.slt.rawValue
        let setting = FliteVoice(rawValue: voice)?.setting(request.manner)
        return ([voice] + (setting?.arguments ?? []) + [form(request).text]).joined(separator: "\n")
    }

    package func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
        let wanted = request.manner.voices[name] ?? FliteVoice.slt.rawValue
        guard let voice = FliteVoice(rawValue: wanted) else {
            let known = FliteVoice.allCases.map(\.rawValue).joined(separator: ", ")
            throw SpeechError(.badSetting, "voice: flite has \(known), and no \(wanted)")
        }
        let form = form(request)
        let setting = voice.setting(request.manner)
        let file = try await folder.file()
        // Both at once: the second takes a tenth of the first.
        async let wordsFound = wordPhones(form, request.patience)
        let outcome: Result<VoiceProgram.Outcome, SpeechError>
        do throws(SpeechError) {
            let arguments =
                ["-voice", voice.rawValue] + setting.arguments + ["-psdur", "-f", "/dev/stdin", "-o", file]
            outcome = .success(
                try await program.run(
                    arguments,
                    input: Array(form.text.utf8),
                    outputMax: Self.reportBytesMax,
                    patience: request.patience
                )
            )
        } catch {
            outcome = .failure(error)
        }
        let words = await wordsFound
        return try await OffPool.run { [name, folder] () throws(SpeechError) in
            let bytes = folder.take(file, bytesMax: Self.soundBytesMax)
            let ended = try outcome.get()
            guard ended.exitCode == 0 else { throw SpeechError(.failed, "flite: it ended with \(ended.status)") }
            guard let bytes else { throw SpeechError(.badAnswer, "flite: it has written no sound") }
            let raw = try Self.raw(WAV.read(bytes), ended.output, words, playSpeed: setting.playSpeed)
            return try raw.finished(
                form,
                of: request.text,
                engine: name,
                voice: voice.rawValue,
                effect: request.manner.effect
            )
        }
    }

    private func form(_ request: SpeechRequest) -> SpokenForm {
        SpokenForm(request.text, language: request.language, engine: name, pronunciations: pronunciations)
    }

    private static func raw(
        _ sound: PCM,
        _ report: [UInt8],
        _ words: [[String]]?,
        playSpeed: Double
    ) throws(SpeechError) -> RawSpeech {
        guard let phones = FliteReport.phones(String(decoding: report, as: UTF8.self)) else {
            throw SpeechError(.badAnswer, "flite: it has printed no phones")
        }
        // Rates that have a large common divisor with the station's are quick to convert.
        let step = 250.0
        let rate =
            playSpeed == 1 ? sound.sampleRate : Int((Double(sound.sampleRate) * playSpeed / step).rounded() * step)
        let factor = Double(sound.sampleRate) / Double(rate)
        let played = phones.map { phone in
            PhoneTime(
                name: phone.name,
                arpabet: phone.arpabet,
                start: phone.start * factor,
                end: phone.end * factor,
                isPause: phone.isPause
            )
        }
        return RawSpeech(
            sound: PCM(sampleRate: rate, channels: sound.channels),
            spans: words.map { PhoneAlignment.spans(of: $0, in: played) },
            phones: played
        )
    }

    // MARK: Words by themselves

    /// The phones of each word of a sentence.
    ///
    /// - Returns: `nil` when they cannot be told, whatever the reason: times are then worked out from letters.
    private func wordPhones(_ form: SpokenForm, _ patience: Duration) async -> [[String]]? {
        let words = form.words.map { $0.text.replacing("-", with: " ") }
        let unknown = knownWords.withLock { known in Array(Set(words.filter { known[$0] == nil })) }.sorted()
        if !unknown.isEmpty {
            // A blank line between them makes each a text of its own.
            let list = unknown.map { $0 + "\n\n" }.joined()
            let outcome = try? await program.run(
                ["-voice", "kal", "-ps", "-f", "/dev/stdin", "-o", "none"],
                input: Array(list.utf8),
                outputMax: Self.reportBytesMax,
                patience: patience
            )
            guard let outcome, outcome.exitCode == 0,
                let found = FliteReport.words(String(decoding: outcome.output, as: UTF8.self), count: unknown.count)
            else { return nil }
            knownWords.withLock { known in
                if known.count + unknown.count > Self.knownWordsMax { known.removeAll() }
                for (word, phones) in zip(unknown, found) { known[word] = phones }
            }
        }
        return knownWords.withLock { known in
            let found = words.compactMap { known[$0] }
            return found.count == words.count ? found : nil
        }
    }
}

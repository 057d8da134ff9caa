import FoundationEssentials
package import Media

/// Says a film's scenes into files.
package struct FilmSpeaker: Sendable {
    private let voices: VoiceChain
    private let language: String
    /// How long a voice may take for one sentence.
    private static let patience: Duration = .seconds(60)
    private static let sidecarSizeBytesMax = 4 << 20

    package init(voices: VoiceChain, language: String) {
        self.voices = voices
        self.language = language
    }

    /// Says all scenes; what lies in the folder already is not said again.
    ///
    /// - Parameters:
    ///   - scenes: what is said, by whom.
    ///   - folder: where files are put; it is there.
    ///   - hosts: who a figure is.
    ///   - progress: told how many sentences are said, of how many.
    /// - Returns: the sentences of each scene.
    /// - Throws: `StudioFailure`; `CancellationError`.
    package func say(
        _ scenes: [FilmScript.Scene],
        into folder: String,
        hosts: (String) -> FilmHost,
        progress: (_ done: Int, _ total: Int) -> Void
    ) async throws -> [[SaidSentence]] {
        let parted = try scenes.enumerated().map { index, scene throws(StudioFailure) in
            do throws(SpeechError) {
                return try SpokenText.sentences(of: scene.text, field: "scenes.\(index).text").map(\.text)
            } catch {
                throw .permanent(error.message)
            }
        }
        let total = parted.reduce(0) { $0 + $1.count }
        var (said, done): ([[SaidSentence]], Int) = ([], 0)
        for (scene, sentences) in zip(scenes, parted) {
            let persona = hosts(scene.host).persona
            var row: [SaidSentence] = []
            for (index, text) in sentences.enumerated() {
                try Task.checkCancellation()
                // Long sentences are parted; only the last part ends one.
                let ends =
                    index == sentences.count - 1 || text.last.map { ".!?\u{2026}\"\u{201D})".contains($0) } ?? false
                row.append(try await say(text, persona, endsSentence: ends, into: folder))
                done += 1
                progress(done, total)
            }
            said.append(row)
        }
        return said
    }

    private func say(
        _ text: String,
        _ persona: VoicePersona,
        endsSentence: Bool,
        into folder: String
    ) async throws -> SaidSentence {
        let name = SaidSentence.name(of: text, persona, language: language, endsSentence: endsSentence)
        if let kept = try await kept(name, in: folder) { return kept }
        let audio: SpokenAudio
        do throws(SpeechError) {
            let request = try SpeechRequest(
                text: text,
                language: language,
                manner: persona.manner,
                patience: Self.patience
            )
            audio = try await voices.say(request).audio
        } catch {
            try Task.checkCancellation()
            switch error.code {
            case .badText, .badSetting: throw StudioFailure.permanent(error.message)
            case .unavailable: throw StudioFailure.unavailable(error.message)
            default: throw StudioFailure.transient(error.message)
            }
        }
        let sentence = SaidSentence(audio, of: text, file: "\(name).wav", endsSentence: endsSentence)
        try await FilmShelf.off { () throws(StudioFailure) in
            // The sidecar last: where it is, the sound is.
            try WholeFile.write(WAV.file(audio.sound), to: "\(folder)/\(name).wav")
            guard let sidecar = try? JSONEncoder().encode(sentence) else {
                throw .permanent("what was said cannot be written down")
            }
            try WholeFile.write(Array(sidecar), to: "\(folder)/\(name).json")
        }
        return sentence
    }

    /// What an attempt before this one has said.
    private func kept(_ name: String, in folder: String) async throws(StudioFailure) -> SaidSentence? {
        try await FilmShelf.off { () throws(StudioFailure) in
            guard FileManager.default.isReadableFile(atPath: "\(folder)/\(name).wav"),
                let bytes = WholeFile.read("\(folder)/\(name).json", sizeBytesMax: Self.sidecarSizeBytesMax)
            else { return nil }
            // One that cannot be read is said again.
            return try? JSONDecoder().decode(SaidSentence.self, from: Data(bytes))
        }
    }
}

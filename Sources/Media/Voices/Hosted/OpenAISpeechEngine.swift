package import Bus
package import HTTPClient
import JSON

/// Speaks by a server with OpenAI's `/v1/audio/speech`: OpenAI's own, Groq's, or one of your own.
///
/// Such servers tell no times; those of the words are worked out from their letters, and marked so.
package struct OpenAISpeechEngine: SpeechEngine {
    package let name: String
    private let service: HostedService
    private let key: String?
    private let voice: String
    private let model: String
    private let languages: Set<String>?
    private let pronunciations: Pronunciations

    /// - Parameters:
    ///   - name: what the settings call it; voices and spellings are found by it.
    ///   - base: its address with the version, such as `https://api.openai.com/v1`.
    ///   - key: our key there; `nil` for a server that wants none.
    ///   - model: such as `gpt-4o-mini-tts`.
    ///   - voice: for manners that name none.
    ///   - languages: what it speaks, by the first part of their tags; `nil` for all.
    ///   - transport: sends requests.
    ///   - pronunciations: how words of the field are said.
    ///   - now: what time it is.
    package init(
        name: String = "openai",
        base: String,
        key: String?,
        model: String,
        voice: String,
        languages: Set<String>? = nil,
        transport: any HTTPTransport,
        pronunciations: Pronunciations = .standard,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.name = name
        service = HostedService(name: name, base: base, transport: transport, now: now)
        self.key = key
        self.model = model
        self.voice = voice
        self.languages = languages
        self.pronunciations = pronunciations
    }

    package func speaks(_ language: String) -> Bool {
        guard let languages else { return true }
        return language.split(separator: "-").first.map { languages.contains($0.lowercased()) } ?? false
    }

    package func availability() async -> SpeechAvailability {
        service.base.isEmpty ? .unavailable("\(name): no address is set") : .available
    }

    package func fingerprint(of request: SpeechRequest) -> String { body(request, form(request)).description }

    package func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
        let form = form(request)
        var headers: HTTPHeaders = ["Accept": "audio/wav"]
        if let key { headers["Authorization"] = "Bearer \(key)" }
        let response = try await service.post(
            "/audio/speech",
            headers: headers,
            body: body(request, form).bytes,
            patience: request.patience
        )
        let voice = voice(request)
        return try await OffPool.run { [name] () throws(SpeechError) in
            let sound: PCM
            do throws(SpeechError) {
                sound = try WAV.read(response.body)
            } catch {
                throw SpeechError(.badAnswer, "\(name): \(error.message)")
            }
            return try RawSpeech(sound: sound).finished(
                form,
                of: request.text,
                engine: name,
                voice: voice,
                effect: request.manner.effect
            )
        }
    }

    private func form(_ request: SpeechRequest) -> SpokenForm {
        SpokenForm(request.text, language: request.language, engine: name, pronunciations: pronunciations)
    }

    private func voice(_ request: SpeechRequest) -> String { request.manner.voices[name] ?? voice }

    private func body(_ request: SpeechRequest, _ form: SpokenForm) -> JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model), "input": .string(form.text), "voice": .string(voice(request)),
            "response_format": "wav",
        ]
        if request.manner.speed != 1 { body["speed"] = .double(request.manner.speed) }
        return .object(body)
    }
}

package import Bus
import FoundationEssentials
package import HTTPClient
import JSON

/// Speaks by ElevenLabs, or a server that speaks like it; word times come from those of the characters.
package struct ElevenLabsEngine: SpeechEngine {
    package let name = "elevenlabs"
    private let service: HostedService
    private let key: String?
    private let voice: String
    private let model: String
    private let pronunciations: Pronunciations

    package static let base = "https://api.elevenlabs.io"
    private static let sampleRate = 24_000
    /// What the service takes.
    private static let speeds = 0.7...1.2

    /// - Parameters:
    ///   - key: our key there; without one the engine is unavailable.
    ///   - voice: the voice's id, for manners that name none.
    ///   - model: such as `eleven_multilingual_v2`.
    ///   - base: the address of the service.
    ///   - transport: sends requests.
    ///   - pronunciations: how words of the field are said.
    ///   - now: what time it is.
    package init(
        key: String?,
        voice: String,
        model: String = "eleven_multilingual_v2",
        base: String = ElevenLabsEngine.base,
        transport: any HTTPTransport,
        pronunciations: Pronunciations = .standard,
        now: @escaping @Sendable () -> Timestamp
    ) {
        service = HostedService(name: "elevenlabs", base: base, transport: transport, now: now)
        self.key = key
        self.voice = voice
        self.model = model
        self.pronunciations = pronunciations
    }

    package func speaks(_ language: String) -> Bool { true }

    package func availability() async -> SpeechAvailability {
        if key == nil { return .unavailable("elevenlabs: no key is set") }
        return HostedService.isPathPart(voice) ? .available : .unavailable("elevenlabs: no voice is set")
    }

    package func fingerprint(of request: SpeechRequest) -> String {
        "\(voice(request))\n\(body(request, form(request)).description)"
    }

    package func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
        guard let key else { throw SpeechError(.unavailable, "elevenlabs: no key is set") }
        let voice = voice(request)
        guard HostedService.isPathPart(voice) else { throw SpeechError(.badSetting, "voice: no id of elevenlabs") }
        let form = form(request)
        let response = try await service.post(
            "/v1/text-to-speech/\(voice)/with-timestamps?output_format=pcm_\(Self.sampleRate)",
            headers: ["xi-api-key": key, "Accept": "application/json"],
            body: body(request, form).bytes,
            patience: request.patience
        )
        return try await OffPool.run { [name] () throws(SpeechError) in
            guard let answer = try? JSONValue(parsing: response.body), let text = answer["audio_base64"]?.string,
                let audio = Data(base64Encoded: text), audio.count >= 2
            else { throw SpeechError(.badAnswer, "elevenlabs: the answer holds no sound") }
            let raw = RawSpeech(
                sound: PCM(sampleRate: Self.sampleRate, channels: [Samples.pcm16(Array(audio))]),
                spans: CharacterTimes(answer["alignment"]).flatMap { $0.spans(of: form) }
            )
            return try raw.finished(form, of: request.text, engine: name, voice: voice, effect: request.manner.effect)
        }
    }

    private func form(_ request: SpeechRequest) -> SpokenForm {
        SpokenForm(request.text, language: request.language, engine: name, pronunciations: pronunciations)
    }

    private func voice(_ request: SpeechRequest) -> String { request.manner.voices[name] ?? voice }

    private func body(_ request: SpeechRequest, _ form: SpokenForm) -> JSONValue {
        let speed = min(max(request.manner.speed, Self.speeds.lowerBound), Self.speeds.upperBound)
        var body: [String: JSONValue] = ["text": .string(form.text), "model_id": .string(model)]
        if speed != 1 { body["voice_settings"] = ["speed": .double(speed)] }
        return .object(body)
    }
}

/// When each character of a text is said.
struct CharacterTimes: Hashable, Sendable {
    private let characters: [String]
    private let starts: [Double]
    private let ends: [Double]

    /// - Returns: `nil` when it is missing, or no list of characters with their times.
    init?(_ alignment: JSONValue?) {
        guard let alignment, let characters = alignment["characters"]?.array,
            let starts = alignment["character_start_times_seconds"]?.array,
            let ends = alignment["character_end_times_seconds"]?.array, characters.count == starts.count,
            characters.count == ends.count
        else { return nil }
        self.characters = characters.compactMap(\.string)
        self.starts = starts.compactMap(\.double)
        self.ends = ends.compactMap(\.double)
        guard self.characters.count == characters.count, self.starts.count == starts.count,
            self.ends.count == ends.count,
            zip(self.starts, self.ends).allSatisfy({ $0 >= 0 && $0 <= $1 })
        else { return nil }
    }

    /// - Returns: when each word is said; `nil` when the characters are not those of the text.
    func spans(of form: SpokenForm) -> [Range<Double>?]? {
        // A service may tell of scalars where we count characters: its pieces are laid along the text.
        var places: [Int] = []
        for (index, piece) in characters.enumerated() {
            places += Array(repeating: index, count: piece.unicodeScalars.count)
        }
        let joined = characters.joined()
        guard joined == form.text else { return nil }
        var scalarCounts: [Int] = [0]
        for character in form.text { scalarCounts.append((scalarCounts.last ?? 0) + character.unicodeScalars.count) }
        guard places.count == scalarCounts.last else { return nil }
        return form.places.map { place in
            let (first, last) = (scalarCounts[place.lowerBound], scalarCounts[place.upperBound] - 1)
            guard first <= last else { return nil }
            return starts[places[first]]..<max(starts[places[first]], ends[places[last]])
        }
    }
}

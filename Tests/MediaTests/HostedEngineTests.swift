import Bus
import Foundation
import HTTPClient
import JSON
import TestKit
import Testing

@testable import Media

/// Services that speak: what is sent to them, and what becomes of their answers.
@Suite(.timeLimit(.minutes(1))) struct HostedEngineTests {
    private static let tone: [Float] = (0..<24_000).map { Float(0.2 * sin(Double($0) / 20)) }

    private func transport(_ server: LoopbackHTTPServer) throws -> CurlTransport {
        var config = HTTPClientConfig()
        config.allowedHosts = [server.authority]
        return try CurlTransport(config: config)
    }

    private func outcome(
        _ engine: some SpeechEngine,
        _ text: String,
        _ manner: VoiceManner = VoiceManner(),
        patience: Duration = .seconds(10)
    )
        async throws -> Result<SpokenAudio, SpeechError>
    {
        let request = try SpeechRequest(text: text, manner: manner, patience: patience)
        do throws(SpeechError) {
            return .success(try await engine.synthesise(request))
        } catch {
            return .failure(error)
        }
    }

    private func pcm16(_ samples: [Float]) -> Data {
        Data(samples.flatMap { sample in withUnsafeBytes(of: Int16(sample * 32_767).littleEndian) { Array($0) } })
    }

    // MARK: ElevenLabs

    private func elevenLabs(_ server: LoopbackHTTPServer, key: String? = "secret") throws -> (
        ElevenLabsEngine, CurlTransport
    ) {
        let transport = try transport(server)
        let engine = ElevenLabsEngine(key: key, voice: "abc123", base: server.url("/"), transport: transport) { .now }
        return (engine, transport)
    }

    /// What the service answers to "bitcoin is up.", each character 0.05 s long.
    private func answer(_ text: String, alignment: Bool = true) -> String {
        let characters = text.map { JSONValue.string(String($0)) }
        let starts = characters.indices.map { JSONValue.double(Double($0) * 0.05) }
        let ends = characters.indices.map { JSONValue.double(Double($0 + 1) * 0.05) }
        let times: JSONValue = [
            "characters": .array(characters), "character_start_times_seconds": .array(starts),
            "character_end_times_seconds": .array(ends),
        ]
        let body: JSONValue = [
            "audio_base64": .string(pcm16(Self.tone).base64EncodedString()), "alignment": alignment ? times : .null,
        ]
        return body.description
    }

    @Test func `ElevenLabs gets the key and the spoken words, and its characters become word times`() async throws {
        let server = try LoopbackHTTPServer { request in
            guard request.target == "/v1/text-to-speech/xyz/with-timestamps?output_format=pcm_24000",
                request.header("xi-api-key") == "secret"
            else { return .status(404) }
            return .json(answer("bitcoin is up."))
        }
        let (engine, transport) = try elevenLabs(server)
        let audio = try await outcome(engine, "BTC is up.", VoiceManner(voices: ["elevenlabs": "xyz"], speed: 1.5))
            .get()
        await transport.shutdown()
        let body = try JSONValue(parsing: try #require(server.requests.first).body)
        #expect(
            body == ["text": "bitcoin is up.", "model_id": "eleven_multilingual_v2", "voice_settings": ["speed": 1.2]]
        )
        #expect(audio.words.map(\.text) == ["BTC", "is", "up"] && audio.words.allSatisfy { !$0.isEstimated })
        // Characters 0 to 7, 8 to 10, 11 to 13; nothing was cut off at the start.
        for (word, times) in zip(audio.words, [(0.0, 0.35), (0.4, 0.5), (0.55, 0.65)]) {
            #expect(abs(word.start - times.0) < 0.011 && abs(word.end - times.1) < 0.011, "\(word)")
        }
        #expect(audio.voice == "xyz" && abs(audio.sound.seconds - 1) < 0.02 && audio.phones.isEmpty)
    }

    @Test func `without times, or with those of another text, they are worked out and marked so`() async throws {
        for text in [answer("bitcoin is up.", alignment: false), answer("something else")] {
            let server = try LoopbackHTTPServer { _ in .json(text) }
            let (engine, transport) = try elevenLabs(server)
            let audio = try await outcome(engine, "BTC is up.").get()
            await transport.shutdown()
            #expect(audio.words.map(\.text) == ["BTC", "is", "up"] && audio.words.allSatisfy(\.isEstimated))
            #expect(audio.words[0].end > 2 * (audio.words[1].end - audio.words[1].start))
            #expect(abs((audio.words.last?.end ?? 0) - audio.sound.seconds) < 0.001)
        }
    }

    @Test func `without a key or with a voice that is no id nobody is asked`() async throws {
        let server = try LoopbackHTTPServer { _ in .status(500) }
        let (engine, transport) = try elevenLabs(server, key: nil)
        #expect(await engine.availability() == .unavailable("elevenlabs: no key is set"))
        #expect(try await outcome(engine, "Up.").failure == SpeechError(.unavailable, "elevenlabs: no key is set"))
        let (other, second) = try elevenLabs(server)
        let manner = VoiceManner(voices: ["elevenlabs": "../v1/user"])
        #expect(
            try await outcome(other, "Up.", manner).failure == SpeechError(.badSetting, "voice: no id of elevenlabs")
        )
        #expect(server.requests.isEmpty)
        await transport.shutdown()
        await second.shutdown()
    }

    @Test(arguments: [
        (401, SpeechError.Code.keyRefused, "elevenlabs: the key is refused (401)"),
        (402, .keyRefused, "elevenlabs: there is no money left (402)"),
        (404, .badSetting, "elevenlabs: it knows no such voice or model (404)"),
        (422, .badSetting, "elevenlabs: it does not take the request (422)"),
        (429, .rateLimited, "elevenlabs: it asks to slow down (429)"), (500, .failed, "elevenlabs: status 500"),
    ]) func `a refusal is told in words of our own`(status: Int, code: SpeechError.Code, message: String) async throws {
        let server = try LoopbackHTTPServer { _ in
            .status(status, headers: [("Retry-After", "7")], body: "<secret text>".utf8)
        }
        let (engine, transport) = try elevenLabs(server)
        let failure = try await outcome(engine, "Up.").failure
        await transport.shutdown()
        #expect(failure?.code == code && failure?.message == message)
        #expect(failure?.retryAfter == (status == 429 ? .seconds(7) : nil))
    }

    @Test func `nonsense and silence are no speech`() async throws {
        let silence = Data(repeating: 0, count: 4_000).base64EncodedString()
        let cases = [
            ("{", "elevenlabs: the answer holds no sound"),
            (#"{"audio_base64":"%%%"}"#, "elevenlabs: the answer holds no sound"),
            (#"{"audio_base64":"\#(silence)"}"#, "elevenlabs: there is nothing to be heard"),
        ]
        for (body, message) in cases {
            let server = try LoopbackHTTPServer { _ in .json(body) }
            let (engine, transport) = try elevenLabs(server)
            #expect(try await outcome(engine, "Up.").failure == SpeechError(.badAnswer, message))
            await transport.shutdown()
        }
        let mute = try LoopbackHTTPServer { _ in .slowHeader(after: .seconds(600)) }
        let (engine, transport) = try elevenLabs(mute)
        #expect(try await outcome(engine, "Up.", patience: .milliseconds(300)).failure?.code == .timedOut)
        await transport.shutdown()
    }

    // MARK: OpenAI's interface

    private func openAI(_ server: LoopbackHTTPServer, key: String? = nil) throws -> (OpenAISpeechEngine, CurlTransport)
    {
        let transport = try transport(server)
        let engine = OpenAISpeechEngine(
            base: server.url("/v1"),
            key: key,
            model: "tts",
            voice: "alloy",
            languages: ["en", "de"],
            transport: transport
        ) { .now }
        return (engine, transport)
    }

    @Test func `a server with OpenAI's interface is asked for WAVE, and times are worked out`() async throws {
        var file = WAV.file(PCM(sampleRate: 24_000, channels: [Self.tone]))
        // As it is streamed: without sizes.
        file.replaceSubrange(40..<44, with: [0xFF, 0xFF, 0xFF, 0xFF])
        let server = try LoopbackHTTPServer { [file] request in
            guard request.path == "/v1/audio/speech", request.header("Authorization") == "Bearer k" else {
                return .status(401)
            }
            return .status(headers: [("Content-Type", "audio/wav")], body: file)
        }
        let (engine, transport) = try openAI(server, key: "k")
        let audio = try await outcome(engine, "It is $5.", VoiceManner(speed: 1.25)).get()
        await transport.shutdown()
        let body = try JSONValue(parsing: try #require(server.requests.first).body)
        #expect(
            body == [
                "model": "tts", "input": "It is five dollars.", "voice": "alloy", "response_format": "wav",
                "speed": 1.25,
            ]
        )
        #expect(audio.words.map(\.text) == ["It", "is", "$5"] && audio.words.allSatisfy(\.isEstimated))
        #expect(audio.engine == "openai" && engine.speaks("de-AT") && !engine.speaks("fr"))
    }

    @Test func `an error with a good status, and a video, are no speech`() async throws {
        for (body, message) in [
            (Array(#"{"error":"no"}"#.utf8), "openai: audio: it is text, not WAVE"),
            ([0, 0, 0, 0x20] + Array("ftypisom".utf8), "openai: audio: it is an MP4 file, not WAVE"),
        ] {
            let server = try LoopbackHTTPServer { _ in .status(body: body) }
            let (engine, transport) = try openAI(server)
            #expect(try await outcome(engine, "Up.").failure == SpeechError(.badAnswer, message))
            #expect(server.requests.first?.header("Authorization") == nil)
            await transport.shutdown()
        }
    }

    @Test func `times of characters that are no times are not used`() {
        #expect(CharacterTimes(nil) == nil)
        #expect(CharacterTimes(["characters": ["a"], "character_start_times_seconds": [0]]) == nil)
        func times(_ starts: JSONValue, _ ends: JSONValue) -> CharacterTimes? {
            CharacterTimes([
                "characters": ["a"], "character_start_times_seconds": starts, "character_end_times_seconds": ends,
            ])
        }
        #expect(
            times([1], [0]) == nil && times(["x"], [0]) == nil && times([0, 1], [1, 2]) == nil && times([0], [1]) != nil
        )
    }
}

extension Result where Failure == SpeechError {
    fileprivate var failure: SpeechError? { if case .failure(let error) = self { error } else { nil } }
}

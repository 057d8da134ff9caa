import Foundation
import Glibc
import TestKit
import Testing

@testable import Media

/// Real voices on this machine: what they say, when, and what happens when they cannot.
@Suite(.timeLimit(.minutes(5))) struct EngineTests {
    /// The program that speaks by espeak-ng, which is built beside the tests.
    static let worker: String? = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return ["SpeechWorkerProgram", "cryptocall-speech"].map { folder.appending(path: $0).path }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    init() {
        // Programs that end early close their input.
        signal(SIGPIPE, SIG_IGN)
    }

    private static let sentence = "BTC is at 67,250.50 dollars, up 3.2 % since 22:14 UTC."

    private func check(_ audio: SpokenAudio, _ sentence: String = Self.sentence) throws {
        #expect(audio.sound.sampleRate == 48_000 && audio.sound.channelCount == 1)
        #expect(abs(try #require(audio.loudness) + 16) <= 1)
        let measured = try Loudness(of: audio.sound)
        let integrated = try #require(measured.integrated)
        #expect(abs(integrated + 16) <= 1 && measured.truePeak <= -1)
        for (word, next) in zip(audio.words, audio.words.dropFirst()) { #expect(word.end <= next.start + 1e-9) }
        for word in audio.words {
            #expect(word.start < word.end && word.end <= audio.sound.seconds + 1e-9, "\(word)")
            #expect(String(decoding: Array(sentence.utf8)[word.range], as: UTF8.self) == word.text)
        }
        for (phone, next) in zip(audio.phones, audio.phones.dropFirst()) { #expect(phone.end <= next.start + 1e-9) }
    }

    // MARK: flite

    @Test(
        .enabled(if: Programs.flite != nil, "flite is not installed"),
        arguments: ["slt", "rms", "awb", "kal16", "kal"]
    )
    func `flite speaks with the times of the words as they were written`(voice: String) async throws {
        let engine = FliteEngine()
        #expect(await engine.availability() == .available)
        let request = try SpeechRequest(text: Self.sentence, manner: VoiceManner(voices: ["flite": voice]))
        let audio = try await engine.synthesise(request)
        try check(audio)
        #expect(
            audio.words.map(\.text) == ["BTC", "is", "at", "67,250.50 dollars", "up", "3.2 %", "since", "22:14", "UTC"]
        )
        #expect(audio.words.allSatisfy { !$0.isEstimated } && audio.voice == voice && audio.engine == "flite")
        // The figure is eight words long.
        #expect(audio.words[3].end - audio.words[3].start > 4 * (audio.words[1].end - audio.words[1].start))
        let phones = audio.phones.filter { !$0.isPause }
        #expect(phones.prefix(7).map(\.name) == ["b", "ih", "t", "k", "oy", "n", "ih"])
        #expect(phones.allSatisfy { $0.arpabet == [$0.name.uppercased()] })
        // "bitcoin" lasts as long as its phones.
        #expect(audio.words[0].start == phones[0].start && audio.words[0].end == phones[5].end)
    }

    @Test(.enabled(if: Programs.flite != nil, "flite is not installed"), arguments: ["slt", "rms"])
    func `a manner changes pace and pitch`(voice: String) async throws {
        let engine = FliteEngine()
        func seconds(_ speed: Double, _ pitch: Double) async throws -> SpokenAudio {
            let manner = VoiceManner(voices: ["flite": voice], speed: speed, pitch: pitch)
            return try await engine.synthesise(
                SpeechRequest(text: "Markets are moving along this morning.", manner: manner)
            )
        }
        let plain = try await seconds(1, 0)
        let slow = try await seconds(0.8, 0)
        #expect(slow.sound.seconds > plain.sound.seconds * 1.15)
        let (deep, high) = (try await seconds(1, -5), try await seconds(1, 4))
        #expect(abs(deep.sound.seconds - plain.sound.seconds) < 0.15 * plain.sound.seconds)
        #expect(pitch(deep.sound) < pitch(plain.sound) * 0.85 && pitch(high.sound) > pitch(plain.sound) * 1.15)
        #expect(abs((deep.phones.last?.end ?? 0) - deep.sound.seconds) < 0.2)
    }

    /// The middle one of the pitches of all loud places, by autocorrelation.
    private func pitch(_ sound: PCM) -> Double {
        let samples = sound.resampled(to: 8_000).channels[0]
        var found: [Double] = []
        let width = 400
        for start in stride(from: 0, to: samples.count - width, by: 1_000) {
            func correlation(_ lag: Int) -> Float {
                var (sum, index): (Float, Int) = (0, start)
                while index < start + width - lag {
                    sum += samples[index] * samples[index + lag]
                    index += 1
                }
                return sum / Float(width - lag)
            }
            let energy = correlation(0)
            guard energy > 0.002 else { continue }
            let correlations = (25...130).map(correlation)
            let highest = correlations.max() ?? 0
            let best = 25 + (correlations.firstIndex(of: highest) ?? 0)
            if highest > 0.5 * energy { found.append(8_000 / Double(best)) }
        }
        return found.isEmpty ? 0 : found.sorted()[found.count / 2]
    }

    @Test(.enabled(if: Programs.flite != nil, "flite is not installed"))
    func `a voice that flite does not have is named, and leaves no file behind`() async throws {
        let folder = try TemporaryFolder()
        let engine = FliteEngine(scratch: folder.path(""))
        let request = try SpeechRequest(text: "Up.", manner: VoiceManner(voices: ["flite": "../x"]))
        await #expect(throws: SpeechError(.badSetting, "voice: flite has slt, rms, awb, kal16, kal, and no ../x")) {
            try await engine.synthesise(request)
        }
        _ = try await engine.synthesise(SpeechRequest(text: "Up."))
        let scratch = try #require(folder.files.first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path(scratch)).isEmpty)
    }

    @Test func `a program that is missing says how to get it`() async throws {
        let engine = FliteEngine(program: "flite-that-is-not-there")
        let reason = "flite-that-is-not-there is not installed: apt-get install flite"
        #expect(await engine.availability() == .unavailable(reason))
        await #expect(throws: SpeechError(.unavailable, reason)) {
            try await engine.synthesise(SpeechRequest(text: "Up."))
        }
    }

    @Test(arguments: [
        ("exit 3", "flite: it ended with exit code 3"), ("kill -SEGV $$", "flite: it ended with signal 11"),
        ("exit 0", "flite: it has written no sound"),
    ]) func `a program that fails is told apart from one that answers`(script: String, message: String) async throws {
        let folder = try TemporaryFolder()
        let engine = FliteEngine(program: try program(folder, script), scratch: folder.path(""))
        let error = await #expect(throws: SpeechError.self) { try await engine.synthesise(SpeechRequest(text: "Up.")) }
        #expect(error?.message == message)
    }

    @Test func `a program sees no keys of the station`() async throws {
        let folder = try TemporaryFolder()
        setenv("CRYPTOCALL_TEST_SECRET", "secret", 1)
        let path = try program(folder, "env > \(folder.path("seen")); exit 1")
        _ = try await VoiceProgram(program: path, remedy: "").run([], input: [], outputMax: 100, patience: .seconds(20))
        let seen = try String(contentsOfFile: folder.path("seen"), encoding: .utf8)
        #expect(seen.contains("PATH=") && !seen.contains("secret"))
    }

    @Test func `programs that end before they have read their input stop nobody`() async throws {
        let folder = try TemporaryFolder()
        let program = VoiceProgram(program: try program(folder, "exec 0<&-; exit 4"), remedy: "")
        // More than a pipe holds, so that some of it cannot be written.
        let input = [UInt8](repeating: 0x61, count: 200_000)
        let codes = await withTaskGroup(of: Int32?.self) { group in
            for _ in 0..<40 {
                // One program.
                group.addTask {
                    try? await program.run([], input: input, outputMax: 100, patience: .seconds(60)).exitCode
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes == [Int32?](repeating: 4, count: 40))
    }

    @Test func `a program that hangs is killed when its time is over`() async throws {
        let folder = try TemporaryFolder()
        let engine = FliteEngine(
            program: try program(folder, "echo $$ > \(folder.path("pid")); exec sleep 600"),
            scratch: folder.path("")
        )
        let began = ContinuousClock.now
        let error = await #expect(throws: SpeechError.self) {
            try await engine.synthesise(SpeechRequest(text: "Up.", patience: .milliseconds(400)))
        }
        #expect(error?.code == .timedOut && began.duration(to: .now) < .seconds(20))
        let pid = try #require(
            Int32(String(contentsOfFile: folder.path("pid"), encoding: .utf8).trimmingCharacters(in: .newlines))
        )
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    private func program(_ folder: TemporaryFolder, _ script: String) throws -> String {
        let path = folder.path("program")
        try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    // MARK: espeak-ng

    @Test func `espeak speaks with the times of words and phones`() async throws {
        let engine = EspeakEngine(program: try #require(Self.worker))
        #expect(await engine.availability() == .available)
        let audio = try await engine.synthesise(SpeechRequest(text: Self.sentence))
        try check(audio)
        #expect(
            audio.words.map(\.text) == ["BTC", "is", "at", "67,250.50 dollars", "up", "3.2 %", "since", "22:14", "UTC"]
        )
        #expect(audio.words.allSatisfy { !$0.isEstimated } && audio.engine == "espeak")
        let phones = audio.phones.filter { !$0.isPause }
        #expect(phones.prefix(6).flatMap(\.arpabet) == ["B", "IH", "T", "K", "OY", "N"])
        let unknown = phones.filter { $0.arpabet.isEmpty }.map(\.name)
        #expect(unknown.isEmpty, "\(unknown)")
    }

    @Test func `espeak knows other languages, whose figures it reads itself`() async throws {
        let engine = EspeakEngine(program: try #require(Self.worker))
        let sentence = "Der Kurs fällt auf 1.234,5 Punkte."
        let audio = try await engine.synthesise(SpeechRequest(text: sentence, language: "de-AT"))
        try check(audio, sentence)
        #expect(audio.words.map(\.text) == ["Der", "Kurs", "fällt", "auf", "1.234,5", "Punkte"])
        #expect(audio.voice == "de" && engine.speaks("pt-BR") && !engine.speaks("tlh"))
    }

    @Test func `a voice that espeak does not have is named`() async throws {
        let engine = EspeakEngine(program: try #require(Self.worker))
        let request = try SpeechRequest(text: "Up.", manner: VoiceManner(voices: ["espeak": "nobody"]))
        await #expect(throws: SpeechError(.badSetting, "espeak: voice: espeak-ng has no voice nobody")) {
            try await engine.synthesise(request)
        }
    }

    @Test(arguments: [
        ("exit 9", SpeechError.Code.failed), ("printf '\\377\\0\\0\\0\\0'", .badAnswer), ("exit 0", .badAnswer),
    ])
    func `a worker that crashes or talks nonsense is an error, and the next sentence has a new one`(
        script: String,
        code: SpeechError.Code
    ) async throws {
        let folder = try TemporaryFolder()
        let engine = EspeakEngine(program: try program(folder, script))
        let error = await #expect(throws: SpeechError.self) { try await engine.synthesise(SpeechRequest(text: "Up.")) }
        #expect(error?.code == code)
        let worker = try #require(Self.worker)
        _ = try program(folder, "exec '\(worker)'")
        #expect(try await engine.synthesise(SpeechRequest(text: "Up.")).sound.seconds > 0.1)
    }

    // MARK: By ear

    @Test(.enabled(if: Programs.flite != nil && Programs.pocketsphinx != nil, "flite or pocketsphinx is not installed"))
    func `a listener understands what is said`() async throws {
        let folder = try TemporaryFolder()
        let audio = try await FliteEngine().synthesise(
            SpeechRequest(text: "The price of gold is 1,250 dollars, up 3 %.")
        )
        let path = folder.path("said.wav")
        try Data(WAV.file(audio.sound.resampled(to: 16_000))).write(to: URL(fileURLWithPath: path))
        let heard = try Programs.run(
            try #require(Programs.pocketsphinx),
            ["-infile", path, "-logfn", "/dev/null"]
        ).output
        let expected = ["price", "gold", "one", "thousand", "two", "hundred", "fifty", "dollars", "three", "percent"]
        let found = expected.filter { word in heard.split(whereSeparator: { !$0.isLetter }).contains { $0 == word } }
        #expect(found.count >= 7, "\(heard)")
    }
}

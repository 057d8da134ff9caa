import Bus
import Domain
import FoundationEssentials
import Glibc
import JSON
import Media
import RenderWire
import Store
import TestKit
import Threading

@testable import Films

/// Says any sentence as a tenth of a second, or nothing.
final class ToneVoice: SpeechEngine {
    let name: String
    private let lack: String?
    private let said = Mutex<[String]>([])

    init(_ name: String = "espeak", lack: String? = nil) {
        self.name = name
        self.lack = lack
    }

    var texts: [String] { said.withLock { $0 } }

    func speaks(_ language: String) -> Bool { true }
    func availability() async -> SpeechAvailability { lack.map(SpeechAvailability.unavailable) ?? .available }
    func fingerprint(of request: SpeechRequest) -> String { "" }

    func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
        said.withLock { $0.append(request.text) }
        return SpokenAudio(
            sound: PCM(channels: [[Float](repeating: 0.1, count: 4800)]),
            words: [
                WordTime(text: "One", range: 0..<3, start: 0, end: 0.05, isEstimated: false),
                WordTime(text: "two", range: 4..<7, start: 0.05, end: 0.1, isEstimated: false),
            ],
            phones: [PhoneTime(name: "w", arpabet: ["W"], start: 0, end: 0.02, isPause: false)],
            engine: name,
            voice: "tone",
            loudness: -20
        )
    }
}

/// A renderer as tests write it: a program of the shell.
struct FakeRenderer {
    let path: String

    /// Writes it; in its lines `$ORDER` is the order's file, and `film` makes the film of it.
    init(_ folder: TemporaryFolder, _ body: String, name: String = "renderer") throws {
        path = folder.path(name)
        let text = """
            #!/bin/sh
            ORDER="$2"
            echo run >> '\(folder.path("runs"))'
            WORK=$(dirname "$ORDER")
            ID=$(basename "$WORK")
            FOLDER="$(dirname "$(dirname "$WORK")")/$ID"
            film() {
                mkdir -p "$FOLDER"
                for name in film.mp4 poster.png captions.vtt sheet.png film.json; do echo x > "$FOLDER/$name"; done
                echo '\(FakeRenderer.done)'
            }
            \(body)
            """
        try Data(text.utf8).write(to: URL(filePath: path))
        chmod(path, 0o755)
    }

    /// How often it was started.
    static func runs(_ folder: TemporaryFolder) -> Int {
        let text = FileManager.default.contents(atPath: folder.path("runs")).map { String(decoding: $0, as: UTF8.self) }
        return text?.split(separator: "\n").count ?? 0
    }

    static let film = RenderedFilm(
        form: .hd720,
        frames: 50,
        film: "film.mp4",
        poster: "poster.png",
        captions: "captions.vtt",
        sheet: "sheet.png",
        chapters: [RenderedFilm.Chapter(title: "Begin", milliseconds: 0)],
        drawnScenes: 1,
        scenes: 1
    )

    static var done: String { line(.done(film)) }

    static func line(_ report: RenderReport) -> String {
        guard let bytes = try? JSONEncoder().encode(report) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

enum Sample {
    static let scene = FilmScript.Scene(host: "nova", text: "Bitcoin stands still. Nobody minds.", chapter: "Begin")

    static func script(_ scenes: [FilmScript.Scene] = [scene], title: String = "A quiet day") -> FilmScript {
        FilmScript(title: title, form: .hd720, theme: nil, scenes: scenes, teaser: .usual)
    }

    static let order = FilmRepository.Order(owner: nil, key: nil, credits: 0)
}

/// A studio with a database of its own, a voice of tones, and whatever renderer a test writes.
struct StudioBench {
    let folder: TemporaryFolder
    let store: any Storage
    let records: FilmRepository
    let voice: ToneVoice
    let studio: FilmStudio
    let told = ToldProgress()

    init(_ renderer: String, voice: ToneVoice = ToneVoice(), stall: Duration = .seconds(20)) async throws {
        folder = try TemporaryFolder()
        self.voice = voice
        let bus = try EventBus(types: EventCatalogue.all)
        var config = SQLiteConfig(path: folder.path("store.db"))
        // A crash of the machine is not what is tested here.
        config.synchronous = .normal
        store = try await SQLiteStore.open(config, bus: bus)
        records = FilmRepository(store: store, now: { .now })
        var settings = FilmSettings(folder: folder.path("films"), cache: folder.path("cache"))
        settings.program =
            renderer.hasPrefix("/") ? renderer : try FakeRenderer(folder, renderer).path
        settings.stall = stall
        settings.grace = .milliseconds(300)
        let fixed = settings
        studio = FilmStudio(
            FilmStudio.Parts(
                records: records,
                voices: VoiceChain([voice]),
                figures: FilmFigures(chart: { _ in nil }, price: { _ in nil }),
                hosts: { FilmHost(name: $0.capitalized, role: "Host", persona: .host) },
                settings: { fixed },
                tell: { [told] in told.add($0) }
            )
        )
    }

    func order(_ script: FilmScript = Sample.script()) async throws -> UUIDv7 {
        try await records.add(script, Sample.order, openMax: 10) { _, _ in }.film.id
    }

    var shelf: FilmShelf { FilmShelf(folder: folder.path("films")) }

    func has(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// What the renderer was told.
    func renderOrder(_ film: UUIDv7) throws -> RenderOrder {
        let bytes = try Data(contentsOf: URL(filePath: "\(shelf.workPath(of: film))/order.json"))
        return try JSONDecoder().decode(RenderOrder.self, from: bytes)
    }
}

final class ToldProgress: Sendable {
    private let events = Mutex<[RenderProgressed]>([])
    func add(_ event: RenderProgressed) { events.withLock { $0.append(event) } }
    var all: [RenderProgressed] { events.withLock { $0 } }
}

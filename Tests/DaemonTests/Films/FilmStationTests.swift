import Bus
import Domain
import Films
import FoundationEssentials
import Glibc
import Jobs
import Media
import Store
import TestKit
import Testing

@testable import Daemon

/// Films of a running station: the job that makes them, and what is done for them once an hour.
@Suite(.timeLimit(.minutes(2))) struct FilmStationTests {
    /// Says any sentence as a tenth of a second.
    private struct ToneVoice: SpeechEngine {
        let name = "tone"
        func speaks(_ language: String) -> Bool { true }
        func availability() async -> SpeechAvailability { .available }
        func fingerprint(of request: SpeechRequest) -> String { "" }
        func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
            let sound = PCM(channels: [[Float](repeating: 0.1, count: 4800)])
            return SpokenAudio(sound: sound, words: [], phones: [], engine: name, voice: name, loudness: nil)
        }
    }

    /// Makes a film's files, and says what it has made.
    private static let good = """
        #!/bin/sh
        WORK=$(dirname "$2"); FOLDER="$(dirname "$(dirname "$WORK")")/$(basename "$WORK")"
        mkdir -p "$FOLDER"
        for name in film.mp4 poster.png captions.vtt sheet.png film.json; do echo x > "$FOLDER/$name"; done
        echo '{"done":{"_0":{"form":{"width":1280,"height":720,"framesPerSecond":25},"frames":50,"film":"film.mp4",\
        "poster":"poster.png","captions":"captions.vtt","sheet":"sheet.png","chapters":[],"drawnScenes":1,"scenes":1}}}'
        """

    private struct Bench {
        let films: FilmStation
        let folder: TemporaryFolder

        func order() async throws -> UUIDv7 {
            let scene = FilmScript.Scene(host: "nova", text: "Bitcoin stands still.")
            let script = FilmScript(title: "A day", form: .hd720, theme: nil, scenes: [scene], teaser: nil)
            return try await films.add(script, owner: nil, key: nil).film.id
        }

        /// As a worker does it.
        func work(on id: UUIDv7) async throws -> JobOutcome {
            let job = try #require(try await films.queue.job(id))
            return try await films.renderHandler.run(job.payload, JobContext(job))
        }

        func state(of id: UUIDv7) async throws -> FilmState? { try await films.records.film(id)?.state }

        func has(_ path: String) -> Bool { access(path, F_OK) == 0 }
    }

    private func with(_ renderer: String, _ body: (Bench) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let program = folder.path("renderer")
        try Data(renderer.utf8).write(to: URL(filePath: program))
        chmod(program, 0o755)
        var database = SQLiteConfig(path: folder.path("store.db"))
        database.synchronous = .normal
        let store = try await SQLiteStore.open(database, bus: try EventBus(types: EventCatalogue.all))
        let bench = try StationBench(store, try MarketBench().loaded(), now: { .now })
        let layout = DirectoryLayout(
            home: folder.path("home"),
            configFile: nil,
            environment: [:],
            workingDirectory: "/"
        )
        let films = FilmStation(
            bench.station,
            voices: VoiceChain([ToneVoice()]),
            layout: layout,
            program: program
        )
        try await body(Bench(films: films, folder: folder))
        await bench.close()
        await store.close()
    }

    @Test func `an order is a job of the same id, and its film is made once`() async throws {
        try await with(Self.good) { bench in
            let id = try await bench.order()
            let job = try #require(try await bench.films.queue.job(id))
            #expect(job.kind == "render" && job.queue == "render" && job.limitKey == "render")
            guard case .completed(let result) = try await bench.work(on: id) else {
                Issue.record("not completed")
                return
            }
            #expect(result?.contains("done") == true)
            #expect(try await bench.state(of: id) == .done)
            #expect(bench.has("\(bench.films.shelf.path(of: id))/film.mp4"))
            #expect(!bench.has(bench.films.shelf.workPath(of: id)))
            // Whoever comes again finds it there.
            #expect(try await bench.work(on: id) == .completed(result: nil))
        }
    }

    @Test func `what fails for good is not tried again, and what may pass is, three times`() async throws {
        try await with("#!/bin/sh\nexit 65\n") { bench in
            let id = try await bench.order()
            await #expect(throws: JobError(.permanent, "the renderer refuses the order")) {
                try await bench.work(on: id)
            }
            #expect(try await bench.state(of: id) == .failed)
        }
        try await with("#!/bin/sh\nexit 1\n") { bench in
            let id = try await bench.order()
            for attempt in 1...3 {
                let kind: JobError.Kind = attempt < 3 ? .transient : .permanent
                let error = JobError(kind, "the renderer has ended without a film: exit code 1")
                await #expect(throws: error) { try await bench.work(on: id) }
            }
            #expect(try await bench.state(of: id) == .failed)
            #expect(!bench.has(bench.films.shelf.workPath(of: id)))
        }
    }

    @Test func `a film that is cancelled while it waits is not made`() async throws {
        try await with(Self.good) { bench in
            let id = try await bench.order()
            #expect(try await bench.films.cancel(id)?.state == .cancelled)
            #expect(try await bench.films.queue.job(id)?.state == .cancelled)
            #expect(try await bench.work(on: id) == .completed(result: nil))
            #expect(!bench.has(bench.films.shelf.path(of: id)))
            #expect(try await bench.films.cancel(id) == nil)
        }
    }

    @Test func `a film whose job was ended by an operator is ended too, and what nobody owns goes`() async throws {
        try await with(Self.good) { bench in
            let (cancelled, kept) = (try await bench.order(), try await bench.order())
            _ = try await bench.films.queue.cancel(cancelled)
            let stray = bench.films.shelf.path(of: UUIDv7(high: 1 << 16 | 0x7000, low: 1 << 63))
            try FileManager.default.createDirectory(atPath: stray, withIntermediateDirectories: true)
            let handlers = FilmUpkeep(films: bench.films).handlers
            let upkeep = try #require(handlers.first { $0.kind == "trim-films" })
            let job = try #require(try await bench.films.queue.job(kept))
            let outcome = try await upkeep.run("{}", JobContext(job))
            #expect(outcome == .completed(result: #"{"forgotten":0,"swept":1}"#))
            #expect(try await bench.state(of: cancelled) == .cancelled)
            #expect(try await bench.state(of: kept) == .waiting)
            #expect(!bench.has(stray))
        }
    }
}

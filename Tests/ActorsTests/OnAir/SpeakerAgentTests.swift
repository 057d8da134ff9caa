import Bus
import Domain
import Media
import Playout
import PlayoutLink
import Show
import Store
import TestKit
import Testing
import Threading

@testable import Actors

/// From words on paper to the ears and back: with a real playout, and a voice that is a tone.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SpeakerAgentTests {
    /// Says every sentence as a tone, so many milliseconds long.
    private struct ToneEngine: SpeechEngine {
        let name = "tone"
        let milliseconds: Int
        var reason: String?

        func speaks(_ language: String) -> Bool { true }

        func availability() async -> SpeechAvailability { reason.map { .unavailable($0) } ?? .available }

        func fingerprint(of request: SpeechRequest) -> String { request.text }

        func synthesise(_ request: SpeechRequest) async throws(SpeechError) -> SpokenAudio {
            if request.text.contains("unspeakable") { throw SpeechError(.failed, "tone: it cannot be said") }
            let samples = (0..<milliseconds * 48).map { Float($0 % 100) / 1000 }
            return SpokenAudio(
                sound: PCM(channels: [samples]),
                words: [],
                phones: [],
                engine: name,
                voice: "a",
                loudness: nil
            )
        }
    }

    private struct Silence: ProgrammeSink {
        func push(_ samples: UnsafeBufferPointer<Float>) {}
    }

    /// A station of the air in a folder of its own.
    private final class Bench: Sendable {
        let bus: EventBus
        let store: any Storage
        let segments: SegmentRepository
        let booth: AirBooth
        let folder: TemporaryFolder
        private let station: PlayoutStation
        private let ended: WakeUp

        init() async throws {
            folder = try TemporaryFolder()
            bus = try EventBus(types: EventCatalogue.all)
            var config = SQLiteConfig(path: folder.path("store.db"))
            // A crash of the machine is not what is tested here.
            config.synchronous = .normal
            store = try await SQLiteStore.open(config, bus: bus)
            segments = SegmentRepository(store: store, now: { .now })
            booth = AirBooth(segments: segments)
            let settings = PlayoutSettings(
                stateFolder: folder.path(""),
                runtimeFolder: folder.path(""),
                audioFolder: folder.path("audio")
            )
            let station = try PlayoutStation(settings, sinks: [Silence()], logger: quietLogger)
            let ended = try WakeUp()
            (self.station, self.ended) = (station, ended)
            // The playout's life is blocking; it ends with the bench.
            _ = try OSThread(name: "playout") {
                do { try station.run() } catch { Issue.record("the playout: \(error)") }
                ended.signal()
            }
        }

        func close() async {
            station.stop()
            await store.close()
        }

        func agent(
            _ engine: ToneEngine = ToneEngine(milliseconds: 200),
            _ change: @escaping @Sendable (inout SpeakerSettings) -> Void = { _ in }
        ) throws -> SpeakerAgent {
            let path = folder.path("playout.sock")
            return try SpeakerAgent(
                context: ActorContext(incarnation: Incarnation(of: "speaker")),
                parts: SpeakerAgent.Parts(
                    bus: bus,
                    booth: booth,
                    segments: segments,
                    voices: VoiceChain([engine]),
                    shelf: SpeechShelf(folder: folder.path("audio")),
                    link: { try PlayoutClient(PlayoutClient.Settings(socketPath: path, client: "test")) },
                    settings: {
                        var settings = SpeakerSettings()
                        change(&settings)
                        return settings
                    },
                    logger: quietLogger
                )
            )
        }

        /// Waits until a segment is in a state; the suite's time limit is the end of that.
        func wait(for id: UUIDv7, _ state: Show.Segment.State) async throws -> Show.Segment {
            while true {
                let segment = try #require(try await segments.segment(id))
                if segment.state == state { return segment }
                try #require(!segment.state.isEnd, "it is \(segment.state)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func spoken(_ text: String, _ part: ShowPart? = nil) -> HostSpoke {
        HostSpoke(
            host: "Nova",
            text: text,
            kind: .fallback,
            energy: .normal,
            template: "t",
            symbols: [],
            facts: [],
            part: part
        )
    }

    private func with(_ body: (Bench) async throws -> Void) async throws {
        let bench = try await Bench()
        do {
            try await body(bench)
        } catch {
            await bench.close()
            throw error
        }
        await bench.close()
    }

    @Test func `words are told when they are heard, and each segment comes to its end`() async throws {
        try await with { bench in
            let heard = try bench.bus.subscribe(to: HostSpoke.self, as: "test")
            try await whileRunning(try bench.agent()) {
                let first = try await bench.booth.accept(spoken("One is said. And two."))
                let second = try await bench.booth.accept(spoken("Three."))
                let aired = try await bench.wait(for: first.id, .aired)
                _ = try await bench.wait(for: second.id, .aired)
                #expect(aired.voice == "tone/a" && aired.duration == .milliseconds(400))
                let started = try #require(aired.startedAt)
                let ended = try #require(aired.endedAt)
                #expect(started.duration(to: ended) >= .milliseconds(350))
                #expect(await heard.take(2).map(\.payload.text) == ["One is said. And two.", "Three."])
                #expect(bench.booth.view.open.isEmpty)
            }
            let told = try await bench.store.read(.all, from: 0).events.map { "\($0.header.topic)" }
            #expect(
                told == [
                    "segment.item.started", "segment.item.finished", "segment.item.started", "segment.item.finished",
                ]
            )
        }
    }

    @Test func `before a part of the hour comes the jingle, once`() async throws {
        try await with { bench in
            let jingle = try await SpeechShelf(folder: bench.folder.path("jingles"))
                .put(PCM(channels: [[Float](repeating: 0.1, count: 4800)]), as: "jingle")
            let path = bench.folder.path("jingles/\(jingle)")
            let began = Timestamp.now
            let part = ShowPart(kind: .market, beganAt: began, endsAt: began.advanced(by: .seconds(300)))
            try await whileRunning(try bench.agent { $0.jingle = path }) {
                for text in ["One.", "Two."] {
                    let segment = try await bench.booth.accept(spoken(text, part))
                    _ = try await bench.wait(for: segment.id, .aired)
                }
                // What the playout tells of itself comes a moment after what it tells of a segment.
                let end = ContinuousClock.now.advanced(by: .seconds(10))
                while bench.booth.view.playout?.status.recent.count ?? 0 < 3, ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(20))
                }
                let ended = try #require(bench.booth.view.playout?.status.recent)
                #expect(ended.map { $0.id.hasPrefix("jingle-") } == [true, false, false], "\(ended)")
                #expect(ended.allSatisfy { $0.outcome == .finished })
            }
        }
    }

    @Test func `a jingle that cannot be played keeps nobody from speaking`() async throws {
        try await with { bench in
            let long = "/" + String(repeating: "x", count: 2000)
            for (number, path) in ["/nowhere/jingle.wav", long].enumerated() {
                // Each in a part of its own: what the playout knows is not looked at again.
                let began = Timestamp.now.advanced(by: .seconds(300 * number))
                let part = ShowPart(kind: .market, beganAt: began, endsAt: began.advanced(by: .seconds(300)))
                try await whileRunning(try bench.agent { $0.jingle = path }) {
                    let segment = try await bench.booth.accept(spoken("One.", part))
                    _ = try await bench.wait(for: segment.id, .aired)
                    let ended = try #require(bench.booth.view.playout?.status.recent)
                    let jingle = ended.first { $0.id == "jingle-\(began.milliseconds)" }
                    // The first fails when it is to be played, the second is refused at once.
                    #expect((jingle != nil) == (path != long), "\(ended)")
                    #expect(jingle?.outcome != .finished)
                }
            }
        }
    }

    @Test func `off the air nothing is handed over, and what waited is heard when it ends`() async throws {
        try await with { bench in
            let isOff = Mutex(true)
            try await whileRunning(try bench.agent { settings in settings.isOffAir = isOff.withLock { $0 } }) {
                while bench.booth.view.playout == nil { try await Task.sleep(for: .milliseconds(20)) }
                let segment = try await bench.booth.accept(spoken("One."))
                // It has been looked at, and left where it was.
                while bench.booth.view.open.map(\.id) != [segment.id] { try await Task.sleep(for: .milliseconds(20)) }
                #expect(try await bench.segments.segment(segment.id)?.state == .written)
                isOff.withLock { $0 = false }
                _ = try await bench.wait(for: segment.id, .aired)
            }
        }
    }

    @Test func `what was on its way goes on after a restart, and nothing is heard twice`() async throws {
        try await with { bench in
            let heard = try bench.bus.subscribe(to: HostSpoke.self, as: "test")
            var ids: [UUIDv7] = []
            try await whileRunning(try bench.agent(ToneEngine(milliseconds: 600))) {
                for text in ["One. Two.", "Three.", "Four."] {
                    ids.append(try await bench.booth.accept(spoken(text)).id)
                }
                _ = try await bench.wait(for: ids[0], .airing)
            }
            #expect(bench.booth.view.playout == nil)
            try await whileRunning(try bench.agent(ToneEngine(milliseconds: 600))) {
                for id in ids { _ = try await bench.wait(for: id, .aired) }
                #expect(await heard.take(3).map(\.payload.text) == ["One. Two.", "Three.", "Four."])
            }
            let told = try await bench.store.read(.all, from: 0).events.map { "\($0.header.topic)" }
            #expect(told.count { $0 == "segment.item.started" } == 3 && told.count == 6)
        }
    }

    @Test func `a segment that cannot be spoken fails with the reason, and the next is heard`() async throws {
        try await with { bench in
            try await whileRunning(try bench.agent()) {
                let bad = try await bench.booth.accept(spoken("This is unspeakable."))
                let good = try await bench.booth.accept(spoken("This is not."))
                #expect(try await bench.wait(for: bad.id, .failed).reason == "tone: it cannot be said")
                _ = try await bench.wait(for: good.id, .aired)
            }
        }
    }

    @Test func `without a voice or a playout it says why`() async throws {
        try await with { bench in
            #expect(bench.booth.ahead == nil)
            var engine = ToneEngine(milliseconds: 200)
            engine.reason = "no tone is installed"
            try await whileRunning(try bench.agent(engine)) {
                while bench.booth.view.sound != .off("no tone is installed") {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(bench.booth.ahead == nil)
            }
        }
    }

    @Test func `voices are as loud as the playout takes items to be`() {
        #expect(LoudnessSet.itemLUFS == PCM.loudnessTarget)
    }

    @Test func `the emergency stop reaches the playout`() async throws {
        try await with { bench in
            try await whileRunning(try bench.agent { $0.playout.isMuted = true }) {
                while bench.booth.view.playout?.status.isMuted != true { try await Task.sleep(for: .milliseconds(20)) }
            }
        }
    }
}

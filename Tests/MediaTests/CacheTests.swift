import Foundation
import TestKit
import Testing

@testable import Media

/// What is kept of speech, what goes, and what is made anew.
struct CacheTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("speech") }

    init() throws { folder = try TemporaryFolder() }

    private static let key = String(repeating: "a", count: 64)
    private static let other = String(repeating: "b", count: 64)

    private func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    @Test func `what was kept is found again, also after a restart`() async throws {
        let audio = FakeEngine.audio("Größe")
        let cache = try await SpeechCache.open(path, bytesMax: 1_000_000)
        #expect(await cache.entry(Self.key) == nil)
        try await cache.keep(audio, as: Self.key)
        #expect(await cache.entry(Self.key) == audio)
        #expect(try files() == ["\(Self.key).json", "\(Self.key).wav"])
        let again = try await SpeechCache.open(path, bytesMax: 1_000_000)
        #expect(await again.entry(Self.key) == audio)
        let statistics = again.statistics
        #expect(statistics.hits == 1 && statistics.misses == 0 && statistics.entries == 1)
        #expect(cache.statistics.misses == 1 && cache.statistics.bytes == statistics.bytes)
    }

    @Test(arguments: ["wav", "json"], ["cut", "changed", "gone", "empty"])
    func `a damaged entry is dropped, and can be made anew`(file: String, damage: String) async throws {
        let audio = FakeEngine.audio("Up")
        let cache = try await SpeechCache.open(path, bytesMax: 1_000_000)
        try await cache.keep(audio, as: Self.key)
        let url = URL(fileURLWithPath: "\(path)/\(Self.key).\(file)")
        var bytes = try Data(contentsOf: url)
        switch damage {
        case "cut": bytes.removeLast(100)
        case "changed": bytes[60] ^= 1
        case "empty": bytes = Data()
        default: try FileManager.default.removeItem(at: url)
        }
        if damage != "gone" { try bytes.write(to: url) }
        #expect(await cache.entry(Self.key) == nil)
        #expect(cache.statistics.damaged == 1 && cache.statistics.entries == 0 && cache.statistics.bytes == 0)
        #expect(try files().isEmpty)
        try await cache.keep(audio, as: Self.key)
        #expect(await cache.entry(Self.key) == audio)
    }

    @Test func `what has not been used for longest goes when it is full`() async throws {
        let cache = try await SpeechCache.open(path, bytesMax: 5_000)
        let keys = ["a", "b", "c", "d"].map { String(repeating: $0, count: 64) }
        for key in keys.prefix(3) { try await cache.keep(FakeEngine.audio("Up"), as: key) }
        #expect(cache.statistics.entries == 3)
        _ = await cache.entry(keys[0])
        try await cache.keep(FakeEngine.audio("Up"), as: keys[3])
        #expect(await cache.entry(keys[1]) == nil)
        #expect(await cache.entry(keys[0]) != nil)
        #expect(cache.statistics.evicted == 1 && cache.statistics.bytes <= 5_000)
        #expect(try files().count == 6)
        // Smaller after a restart: the order of use is known from the files.
        let smaller = try await SpeechCache.open(path, bytesMax: 3_000)
        #expect(smaller.statistics.bytes <= 3_000 && smaller.statistics.entries == 2)
        #expect(try files().count == 4)
        #expect(await smaller.entry(keys[0]) != nil)
    }

    @Test func `what alone is too large is not kept`() async throws {
        let cache = try await SpeechCache.open(path, bytesMax: 1_000)
        try await cache.keep(FakeEngine.audio("Up", frames: 4_800), as: Self.key)
        #expect(await cache.entry(Self.key) == nil)
        #expect(try files().isEmpty)
    }

    @Test func `what was left half-written is removed, and other files are not touched`() async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in ["\(Self.key).wav.new", "\(Self.other).wav", "notes.txt", "x.wav", "y.new"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        _ = try await SpeechCache.open(path, bytesMax: 1_000)
        #expect(try files() == ["notes.txt", "x.wav", "y.new"])
    }

    @Test func `a folder that cannot be made is named`() async throws {
        let error = await #expect(throws: SpeechError.self) {
            try await SpeechCache.open("/proc/nowhere/speech", bytesMax: 1_000)
        }
        #expect(error?.message.hasPrefix("cache: /proc/nowhere/speech cannot be made: ") ?? false)
    }

    @Test func `other words, voices, manners and languages have other keys`() throws {
        let engines: [any SpeechEngine] = [FakeEngine("a"), FakeEngine("b"), FliteEngine(), EspeakEngine()]
        var requests: [SpeechRequest] = []
        for text in ["Up.", "Down."] {
            for manner in [VoiceManner(), VoiceManner(speed: 1.2), VoiceManner(pitch: 2), VoiceManner(effect: .awe)] {
                requests.append(try SpeechRequest(text: text, manner: manner))
            }
        }
        requests.append(try SpeechRequest(text: "Up.", language: "en-GB"))
        let keys = engines.flatMap { engine in requests.map { SpeechCache.key(engine, $0) } }
        #expect(Set(keys).count == keys.count && keys.allSatisfy { $0.count == 64 })
        #expect(SpeechCache.key(engines[2], requests[0]) == SpeechCache.key(FliteEngine(), requests[0]))
        let patient = try SpeechRequest(text: "Up.", patience: .seconds(1))
        #expect(SpeechCache.key(engines[2], patient) == SpeechCache.key(engines[2], requests[0]))
    }

    @Test func `the shelf forgets nothing it should know`() {
        var shelf = CacheShelf(bytesMax: 100)
        #expect(shelf.add("a", bytes: 40).isEmpty && shelf.add("b", bytes: 40).isEmpty)
        #expect(shelf.add("a", bytes: 50).isEmpty && shelf.bytes == 90)
        #expect(shelf.add("c", bytes: 40) == ["b"] && shelf.bytes == 90)
        shelf.use("a")
        #expect(shelf.add("d", bytes: 60) == ["c", "a"] && shelf.bytes == 60 && shelf.count == 1)
        #expect(shelf.add("d", bytes: 101) == ["d"] && shelf.bytes == 0 && !shelf.holds("d"))
    }
}

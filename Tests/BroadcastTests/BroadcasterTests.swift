import Broadcast
import Bus
import Foundation
import Glibc
import JSON
import Logging
import TestKit
import Testing

@Suite(.serialized, .enabled(if: FFmpegProgram.isInstalled, "ffmpeg is not installed"))
struct BroadcasterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func settings() -> BroadcastSettings {
        var settings = BroadcastSettings(folder: folder.path("hls"))
        settings.hls.captionLanguage = "en"
        settings.outputs.recording = RecorderSettings(folder: folder.path("rec"))
        return settings
    }

    /// All that was ever public, one after the other, as a player hears it that misses nothing.
    private func published(_ watch: PlaylistWatch, keptIn archive: String) throws -> (file: String, segments: Int) {
        var whole = Data()
        for segment in watch.segments {
            if whole.isEmpty, let map = segment.map {
                whole += try Data(contentsOf: URL(fileURLWithPath: archive + "/" + map))
            }
            whole += try Data(contentsOf: URL(fileURLWithPath: archive + "/" + segment.uri))
        }
        let file = folder.path("published.mp4")
        try whole.write(to: URL(fileURLWithPath: file))
        return (file, watch.segments.count)
    }

    @Test func `what is pushed gets out everywhere, also when the encoder is killed`() async throws {
        let broadcaster = try Broadcaster(settings(), logger: Logger(label: "test"))
        try broadcaster.start()
        let watch = try PlaylistWatch(folder.path("hls"))
        let source = try SoundSource { broadcaster.push($0) }
        broadcaster.captions([CaptionCue(start: 24_000, end: 72_000, text: "On air")])
        #expect(try await becomes { broadcaster.status.hls.publishedSegments >= 2 })
        kill(try #require(broadcaster.encoderProcessID), SIGKILL)
        watch.excuseLateness()
        #expect(try await becomes { broadcaster.status.hls.publishedSegments >= 5 })
        let status = broadcaster.status
        #expect(status.encoder.starts == 2)
        #expect(status.silentFor == .zero)
        #expect(abs(status.meter.level + 15.05) < 0.1)
        #expect((status.lastSegmentAge ?? .seconds(99)) < .seconds(4))
        #expect(abs(status.meter.driftSeconds) < 0.3)
        #expect((status.recording?.writtenBytes ?? 0) > 50_000)
        // The status is plain JSON and comes back.
        var json: [UInt8] = []
        try OnePassEncoder().encodeAny(status, to: &json)
        let back = try JSONDecoder().decode(BroadcastStatus.self, from: Data(json))
        var again: [UInt8] = []
        try OnePassEncoder().encodeAny(back, to: &again)
        #expect(again == json)
        source.stop()
        broadcaster.stop()
        #expect(try await becomes { watch.segments.count == broadcaster.status.hls.publishedSegments })
        watch.stop()
        #expect(watch.problems == [])
        #expect(Set(watch.segments.map(\.discontinuity)) == [0, 1])
        let captions = try FileManager.default.contentsOfDirectory(atPath: folder.path("hls"))
            .filter { $0.hasSuffix(".vtt") }
            .map { try String(contentsOfFile: folder.path("hls/\($0)"), encoding: .utf8) }
        #expect(captions.contains { $0.contains("00:00:00.500 --> 00:00:01.500\nOn air\n") })
        // All of it, without a hole.
        let (file, _) = try published(watch, keptIn: folder.path("hls"))
        let decoded = try FFmpegProgram.decode(file)
        #expect(decoded.count / 2 >= source.blocks * 960)
        #expect(largestError(decoded, from: 2048, to: source.blocks * 960 - 2048) < 0.02)
    }

    @Test func `a restart of the process is a discontinuity, and numbers go on`() async throws {
        var settings = settings()
        settings.hls.targetSeconds = 1
        settings.hls.windowSeconds = 10
        settings.outputs.recording = nil
        let watch = try PlaylistWatch(folder.path("hls"))
        watch.excuseLateness()
        var sequences: [Int64] = []
        for _ in 0..<2 {
            let broadcaster = try Broadcaster(settings, logger: Logger(label: "test"))
            try broadcaster.start()
            let source = try SoundSource { broadcaster.push($0) }
            #expect(try await becomes { broadcaster.status.hls.publishedSegments >= 2 })
            source.stop()
            broadcaster.stop()
            sequences.append(broadcaster.status.hls.mediaSequence)
        }
        #expect(try await becomes { Set(watch.segments.map(\.discontinuity)) == [0, 1] })
        watch.stop()
        #expect(watch.problems == [])
        #expect(sequences[0] == sequences[1])
    }

    @Test func `targets change while on air, and bad ones are refused`() async throws {
        let broadcaster = try Broadcaster(settings(), logger: Logger(label: "test"))
        try broadcaster.start()
        let source = try SoundSource { broadcaster.push($0) }
        let one = PushTargetSettings(name: "one", url: "rtmp://127.0.0.1:1/live", key: "k1")
        let two = PushTargetSettings(name: "two", url: "rtmp://127.0.0.1:2/live", key: "k2")
        var outputs = settings().outputs
        outputs.push = [one, two]
        try broadcaster.replace(outputs)
        #expect(try await becomes { broadcaster.status.push.allSatisfy { $0.starts > 0 } })
        #expect(try await becomes { broadcaster.status.recording?.file != nil })
        let starts = broadcaster.status.push[1].starts
        let recorded = try #require(broadcaster.status.recording?.file)
        outputs.push = [two]
        try broadcaster.replace(outputs)
        #expect(broadcaster.status.push.map(\.name) == ["two"])
        #expect(broadcaster.status.push[0].starts >= starts)
        outputs.push = [two, two]
        #expect(throws: BroadcastSettingsError.self) { try broadcaster.replace(outputs) }
        #expect(broadcaster.status.push.map(\.name) == ["two"])
        // Another wish for how long files are kept does not lose what is being written.
        outputs.push = []
        outputs.recording?.daysMax = 5
        try broadcaster.replace(outputs)
        #expect(try await becomes { (broadcaster.status.recording?.writtenBytes ?? 0) > 0 })
        #expect(broadcaster.status.recording?.file == recorded)
        outputs.recording = nil
        try broadcaster.replace(outputs)
        #expect(broadcaster.status.recording == nil)
        source.stop()
        broadcaster.stop()
    }

    @Test func `every problem of the settings is told with its field`() {
        var settings = settings()
        settings.hls.targetSeconds = 0
        settings.encoder.bitsPerSecond = 1
        settings.outputs.recording?.daysMax = 0
        settings.outputs.push = [PushTargetSettings(name: "", url: "x", key: "")]
        settings.outputs.icecast = [IcecastSettings(host: "", mount: "/a", password: "x")]
        let fields = settings.problems().map { String($0.prefix { $0 != ":" }) }
        #expect(
            fields == [
                "hls.target_seconds", "encoder.bits_per_second", "icecast[0].host", "push[0].name", "push[0].url",
                "recording.days_max",
            ]
        )
        #expect(throws: BroadcastSettingsError.self) { try Broadcaster(settings, logger: Logger(label: "test")) }
    }
}

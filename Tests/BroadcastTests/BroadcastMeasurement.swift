import Broadcast
import Foundation
import Glibc
import Logging
import TestKit
import Testing

private let measuredSeconds = ProcessInfo.processInfo.environment["CRYPTOCALL_BROADCAST_SECONDS"].flatMap(Double.init)

/// Figures for people, for as many seconds as `CRYPTOCALL_BROADCAST_SECONDS` says; not part of the usual run.
@Suite(
    .enabled(
        if: FFmpegProgram.isInstalled && measuredSeconds != nil,
        "CRYPTOCALL_BROADCAST_SECONDS is not set, or ffmpeg is not installed"
    )
)
struct BroadcastMeasurement {
    /// Processor time of this process and of the children that it has waited for.
    private func processorSeconds() -> (own: Double, children: Double) {
        func seconds(_ who: __rusage_who_t) -> Double {
            var usage = rusage()
            getrusage(who, &usage)
            let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
            return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(micros) / 1e6
        }
        return (seconds(RUSAGE_SELF.rawValue), seconds(RUSAGE_CHILDREN.rawValue))
    }

    @Test func `processor time, time to the next segment after a kill, and the longest gap`() async throws {
        let seconds = try #require(measuredSeconds)
        let folder = try TemporaryFolder()
        var settings = BroadcastSettings(folder: folder.path("hls"))
        // All segments stay, to be listened to.
        settings.hls.windowSeconds = 3600
        settings.hls.captionLanguage = "en"
        settings.outputs.recording = RecorderSettings(folder: folder.path("rec"))
        let before = processorSeconds()
        let broadcaster = try Broadcaster(settings, logger: Logger(label: "measurement"))
        try broadcaster.start()
        let source = try SoundSource { broadcaster.push($0) }
        #expect(
            try await becomes(within: .seconds(seconds * 2)) { broadcaster.status.meter.measuredSeconds >= seconds }
        )
        let own = processorSeconds()
        var waits: [Int] = []
        for _ in 0..<5 {
            let published = broadcaster.status.hls.publishedSegments
            #expect(try await becomes { broadcaster.status.hls.publishedSegments > published })
            let killed = ContinuousClock.now
            kill(try #require(broadcaster.encoderProcessID), SIGKILL)
            let now = broadcaster.status.hls.publishedSegments
            #expect(try await becomes { broadcaster.status.hls.publishedSegments > now })
            waits.append(Int(killed.duration(to: .now) / .milliseconds(1)))
        }
        let status = broadcaster.status
        source.stop()
        broadcaster.stop()
        let total = processorSeconds()
        let length = Double(source.blocks) * 0.02
        print(
            "own threads: \(percent((own.own - before.own) / status.meter.measuredSeconds)) of a core (with the test's)"
        )
        print("ffmpeg: \(percent((total.children - before.children) / length)) of a core")
        print(
            "kill -9 to the next public segment, ms: \(waits); to the next frame: \(status.encoder.lastRestartMilliseconds ?? -1)"
        )
        print("longest push: \(source.longestPushMicroseconds) µs; drift: \(status.meter.driftSeconds) s")

        let text = try String(contentsOfFile: folder.path("hls/audio.m3u8"), encoding: .utf8)
        let names = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let map = try #require(text.firstMatch(of: #/EXT-X-MAP:URI="(.*?)"/#)?.output.1)
        var whole = try Data(contentsOf: URL(fileURLWithPath: folder.path("hls/\(map)")))
        for name in names { whole += try Data(contentsOf: URL(fileURLWithPath: folder.path("hls/\(name)"))) }
        try whole.write(to: URL(fileURLWithPath: folder.path("all.mp4")))
        // A millisecond of silence would be told; a tone of 1 kHz crosses zero for less.
        let concatenated = try FFmpegProgram.run(
            ["-i", folder.path("all.mp4"), "-af", "silencedetect=n=-50dB:d=0.001", "-f", "null", "-"]
        )
        let played = try FFmpegProgram.run(
            ["-live_start_index", "0", "-t", "\(length - 8)", "-i", folder.path("hls/audio.m3u8")]
                + ["-af", "silencedetect=n=-50dB:d=0.001", "-f", "null", "-"]
        )
        for (name, said) in [("concatenated", concatenated), ("played by ffmpeg", played)] {
            let found = said.matches(of: #/silence_end: ([0-9.e-]+) \| silence_duration: ([0-9.e-]+)/#)
            let gaps = found.compactMap { match in
                Double(match.output.1).flatMap { end in Double(match.output.2).map { (start: end - $0, length: $0) } }
            }
            // The very first frame has none before it, and the last one is filled up with silence.
            let inside = gaps.filter { $0.start > 0.03 && $0.start + $0.length < length - 0.03 }
            let longest = inside.map(\.length).max() ?? 0
            print("\(name): \(names.count) segments, \(inside.count) gaps, longest \(longest * 1000) ms; all: \(gaps)")
            #expect(inside.isEmpty)
        }
    }

    private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}

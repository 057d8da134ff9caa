import Broadcast
import Bus
import Foundation
import Glibc
import Logging
import Sound
import TestKit
import Testing
import Threading

/// A second of sound that begins with a beep of 100 ms, over and over.
private final class Beeps: Sendable {
    private let second: [Float]
    private let position = Mutex(0)

    init() {
        second = TestSound.tone(samples: 48_000, amplitude: 0.5).enumerated().map { $0 < 9600 ? $1 : 0 }
    }

    /// The next block of 20 ms.
    func next(_ body: (UnsafeBufferPointer<Float>) -> Void) {
        let start = position.withLock { position in
            defer { position = (position + 1920) % second.count }
            return position
        }
        second.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<start + 1920])) }
    }
}

@Suite(.serialized, .enabled(if: FakeRenderer.isInstalled, "ffmpeg or python3 is not installed"))
struct PictureTests {
    private let folder: TemporaryFolder
    private let width = 320
    private let height = 180

    init() throws { folder = try TemporaryFolder() }

    private func settings() throws -> BroadcastSettings {
        let script = folder.path("renderer.py")
        try FakeRenderer.write(to: script)
        var settings = BroadcastSettings(folder: folder.path("hls"))
        settings.hls.captionLanguage = "en"
        settings.hls.firstSegmentSeconds = 1
        settings.hls.windowSeconds = 60
        var picture = PictureSettings(renderer: try #require(FakeRenderer.python), arguments: [script])
        (picture.width, picture.height) = (width, height)
        settings.picture = picture
        return settings
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder.path("hls/\(name)"), encoding: .utf8)
    }

    /// All files that a list names, one after the other, as a player reads them.
    private func whole(_ list: String, as name: String) throws -> String {
        var bytes = Data()
        for line in try text(list).split(separator: "\n") {
            if line.hasPrefix("#EXT-X-MAP"), bytes.isEmpty {
                bytes += try Data(
                    contentsOf: URL(fileURLWithPath: folder.path("hls/\(line.split(separator: "\"")[1])"))
                )
            }
            if line.hasPrefix("#") { continue }
            bytes += try Data(contentsOf: URL(fileURLWithPath: folder.path("hls/\(line)")))
        }
        let file = folder.path(name)
        try bytes.write(to: URL(fileURLWithPath: file))
        return file
    }

    /// When each frame is shown, in frames, and what is seen in it.
    private func pictures(_ file: String) throws -> (times: [Int], seen: [FakeRenderer.Seen]) {
        let list = folder.path("frames.txt")
        try FFmpegProgram.run(["-copyts", "-i", file, "-c", "copy", "-f", "framecrc", list])
        let times = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .compactMap { Int($0.split(separator: ",")[2].trimmingCharacters(in: .whitespaces)) }
            .map { $0 / 1920 }
        let raw = folder.path("frames.gray")
        try FFmpegProgram.run(
            ["-i", file, "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", raw]
        )
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: raw)))
        let size = width * height
        let seen = stride(from: 0, to: bytes.count - size + 1, by: size).map {
            FakeRenderer.Seen(bytes[$0..<$0 + size], width: width)
        }
        return (times, seen)
    }

    /// A flash and a beep begin together in what a server got, too.
    private func checkPushed(_ file: String) throws {
        let (_, seen) = try pictures(file)
        let sound = try FFmpegProgram.decode(file, ["-copyts"])
        let list = folder.path("pushed.txt")
        try FFmpegProgram.run(["-copyts", "-i", file, "-map", "0:v", "-c", "copy", "-f", "framecrc", list])
        let times = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .compactMap { Int($0.split(separator: ",")[2].trimmingCharacters(in: .whitespaces)) }
        #expect(times.count == seen.count && times.count > 300)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 == $0 + 40 })
        // A beep is heard 1 to 2.1 ms after its time where milliseconds are rounded; the encoder's rise takes some more.
        var checked = 0
        for (time, seen) in zip(times, seen) where seen.isFlash && seen.number % 25 == 0 {
            let place = time * 48
            guard place > 3000, 2 * (place + 3000) < sound.count else { continue }
            let before = sound[2 * (place - 1920)..<2 * (place - 300)].map(abs).max() ?? 0
            let after = sound[2 * (place + 300)..<2 * (place + 1920)].map(abs).max() ?? 0
            checked += before < 0.1 && after > 0.3 ? 1 : 0
        }
        #expect(checked >= 8)
    }

    @Test func `picture goes beside sound, and neither loses its place when a program is killed`() async throws {
        var settings = try settings()
        let port = try TestServer.freePort()
        let server = NginxRTMP.isInstalled ? try NginxRTMP.start(port: port, folder) : nil
        if server != nil {
            settings.outputs.push = [PushTargetSettings(name: "one", url: "rtmp://127.0.0.1:\(port)/live", key: "k3y")]
        }
        let broadcaster = try Broadcaster(settings, logger: Logger(label: "test"))
        try broadcaster.start()
        let beeps = Beeps()
        let source = try SoundSource { _ in beeps.next { broadcaster.push($0) } }
        #expect(try await becomes { broadcaster.status.picture?.isListed == true })
        func isBack(_ starts: (PictureStatus) -> Bool) async throws {
            #expect(
                try await becomes {
                    guard let status = broadcaster.status.picture else { return false }
                    return status.state == .live && starts(status)
                }
            )
        }
        try await Task.sleep(for: .seconds(3))
        kill(broadcaster.pictureProcessIDs.renderer, SIGKILL)
        try await isBack { $0.rendererStarts == 2 }
        try await Task.sleep(for: .seconds(3))
        kill(broadcaster.pictureProcessIDs.encoder, SIGKILL)
        try await isBack { $0.encoderStarts == 2 }
        try await Task.sleep(for: .seconds(3))
        kill(try #require(broadcaster.encoderProcessID), SIGKILL)
        try await Task.sleep(for: .seconds(6))
        let status = try #require(broadcaster.status.picture)
        // Frozen, it draws nothing: the card takes its place, and another renderer that of the first.
        kill(broadcaster.pictureProcessIDs.renderer, SIGSTOP)
        #expect(try await becomes { broadcaster.status.picture?.state == .standby })
        try await isBack { $0.rendererStarts == 3 }
        try await Task.sleep(for: .seconds(3))
        let end = try #require(broadcaster.status.picture)
        let (sound, video, master) = (try text("audio.m3u8"), try text("video.m3u8"), try text("master.m3u8"))
        let soundFile = try whole("audio.m3u8", as: "audio.mp4")
        let videoFile = try whole("video.m3u8", as: "video.mp4")
        source.stop()
        broadcaster.stop()
        server?.stop()

        #expect(status.missingSegments == 0)
        #expect(end.lostFrames == 0)
        #expect((end.lastRestartMilliseconds ?? 9999) < 2000)
        #expect(broadcaster.status.encoder.lostSamples == 0)
        #expect(end.standbyFrames > 0)
        let (times, seen) = try pictures(videoFile)
        #expect(times.count == seen.count)
        // Each frame follows the one before.
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 == $0 + 1 })
        // What was drawn for a frame is seen in it or, where the one before is repeated, up to half a second later.
        let isExact = zip(times, seen).map { $0 == $1.number }
        let areWrong = zip(times, seen).filter { time, seen in
            seen.number != FakeRenderer.Seen.card && !(time - 12...time + 3).contains(seen.number)
        }
        #expect(areWrong.isEmpty)
        // What was on its way in an encoder that was killed is coded again with the picture that it had last.
        #expect(zip(times, seen).count { $1.number != FakeRenderer.Seen.card && $1.number > $0 } <= 4)
        #expect(Double(isExact.count { $0 }) > 0.4 * Double(isExact.count))
        // A flash and a beep begin together.
        let flashes = zip(times, seen).filter { $1.isFlash && $1.number == $0 && $0 % 25 == 0 }.map {
            Double($0.0) / 25
        }
        let decoded = try FFmpegProgram.decode(soundFile)
        #expect(flashes.count >= 5)
        for flash in flashes where Int(flash * 48_000) * 2 + 9600 < decoded.count {
            let place = Int(flash * 48_000)
            let before = decoded[2 * max(0, place - 1920)..<2 * max(0, place - 200)].map(abs).max() ?? 0
            let after = decoded[2 * (place + 200)..<2 * (place + 1920)].map(abs).max() ?? 0
            #expect(before < 0.1 && after > 0.3, "beep at \(flash) s")
        }
        if server != nil {
            #expect(broadcaster.status.push.first?.connects == 1)
            #expect(broadcaster.status.push.first?.hasPicture == true)
            try checkPushed(folder.path("k3y.flv"))
        }
        // The lists agree.
        #expect(master.contains("AUDIO=\"sound\"") && master.contains("CODECS=\"avc1.64"))
        #expect(master.contains("RESOLUTION=\(width)x\(height),FRAME-RATE=25.000"))
        #expect(!video.contains("#EXT-X-GAP"))
        func numbers(_ list: String) -> [Int: Bool] {
            var (result, isMarked) = ([Int: Bool](), false)
            for line in list.split(separator: "\n") {
                if line == "#EXT-X-DISCONTINUITY" { isMarked = true }
                guard !line.hasPrefix("#"), let number = Int(line.filter(\.isNumber).dropLast()) else { continue }
                result[number] = isMarked
                isMarked = false
            }
            return result
        }
        let (soundNumbers, videoNumbers) = (numbers(sound), numbers(video))
        #expect(videoNumbers.allSatisfy { soundNumbers[$0] == $1 })
        #expect(videoNumbers.count >= soundNumbers.count - 2)
        #expect(HLSChecker.problems(of: video) == [])
    }
}

extension HLSChecker {
    fileprivate static func problems(of text: String) -> [String] {
        var checker = HLSChecker()
        checker.observe(text, at: .now)
        return checker.problems
    }
}

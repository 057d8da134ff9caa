import Foundation
import TestKit
import Testing

@testable import Playout

struct StandbySoundTests {
    private static let ffmpeg: String? = ["/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"].first { (path: String) in
        access(path, X_OK) == 0
    }

    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"))
    func `the own bed has -20 LUFS, as ffmpeg measures it`() throws {
        let folder = try TemporaryFolder()
        let sounds = StandbySound()
        sounds.generate()
        var samples = [Float](repeating: 0, count: StandbySound.padFrames * 2)
        var position = 0
        sounds.readPad(into: &samples, frames: StandbySound.padFrames, position: &position)
        try WAV.write(samples, to: folder.path("pad.wav"))
        let process = Process()
        process.executableURL = URL(filePath: try #require(StandbySoundTests.ffmpeg))
        process.arguments = [
            "-hide_banner", "-nostats", "-i", folder.path("pad.wav"), "-af", "ebur128", "-f", "null", "-",
        ]
        let output = Pipe()
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // The summary is the last: "    I:         -20.0 LUFS".
        let line = try #require(text.split(separator: "\n").last { $0.contains(" I: ") })
        let words = line.split(separator: " ")
        let loudness = try #require(words.dropLast().last.flatMap { Double($0) })
        #expect(abs(loudness + 20) < 0.7, "\(loudness) LUFS")
    }

    @Test func `the same seed makes the same bed`() {
        func start() -> [Float] {
            let sounds = StandbySound()
            sounds.generate(seed: 7)
            var samples = [Float](repeating: 0, count: 4800)
            var position = 100_000
            sounds.readPad(into: &samples, frames: 2400, position: &position)
            return samples
        }
        #expect(start() == start())
    }

    @Test func `the chime sounds and dies away without a click`() {
        let sounds = StandbySound()
        var samples = [Float](repeating: 0, count: StandbySound.chimeFrames * 2)
        #expect(sounds.mixChime(into: &samples, frames: 960, from: 0) == 0)
        sounds.generate()
        #expect(sounds.mixChime(into: &samples, frames: StandbySound.chimeFrames, from: 0) == StandbySound.chimeFrames)
        #expect((0.1...0.5).contains(samples.peak))
        #expect(Array(samples.suffix(200)).peak < 0.001)
        #expect(sounds.mixChime(into: &samples, frames: 960, from: StandbySound.chimeFrames) == 0)
    }
}

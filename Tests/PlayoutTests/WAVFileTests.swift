import Foundation
import TestKit
import Testing

@testable import Sound

struct WAVFileTests {
    private func read(_ data: Data) throws -> [Float] {
        let folder = try TemporaryFolder()
        try data.write(to: URL(filePath: folder.path("a.wav")))
        let file = try WAVFile(path: folder.path("a.wav"))
        var samples: [Float] = []
        var chunk = [Float](repeating: 0, count: WAVFile.chunkFrames * 2)
        while true {
            let count = try file.read(into: &chunk, frames: WAVFile.chunkFrames)
            if count == 0 { return samples }
            samples += chunk.prefix(count * 2)
        }
    }

    private func problem(_ data: Data) -> String? {
        do { _ = try read(data) } catch { return "\(error)" }
        return nil
    }

    @Test func `floats come as they are`() throws {
        let samples = TestSound.numbered(frames: 10_000)
        #expect(try read(WAV.data(samples)) == samples)
    }

    @Test func `integers come within a step, and one channel on both sides`() throws {
        let mono: [Float] = [0, 0.5, -0.5, 1, -1]
        let read = try read(WAV.data(mono, channels: 1, isFloat: false))
        #expect(read.count == 10)
        for (index, sample) in mono.enumerated() {
            #expect(abs(read[2 * index] - sample) < 0.000_1)
            #expect(read[2 * index] == read[2 * index + 1])
        }
    }

    @Test func `chunks that are not sound are passed over, also of odd size`() throws {
        var data = WAV.data([0.25, 0.5])
        data.replaceSubrange(36..<36, with: Data("LIST".utf8) + Data([3, 0, 0, 0, 1, 2, 3, 0]))
        #expect(try read(data) == [0.25, 0.5])
    }

    @Test func `samples that are no numbers are silent`() throws {
        #expect(try read(WAV.data([.nan, .infinity, 0.5, -100])) == [0, 0, 0.5, -8])
    }

    @Test func `what is no such file says what is wrong`() {
        let good = WAV.data(TestSound.constant(0.1, frames: 100))
        #expect(problem(good) == nil)
        #expect(problem(Data("hello".utf8)) == "the file is no WAV file")
        #expect(problem(Data()) == "the file is no WAV file")
        #expect(problem(good.dropLast(8)) == "the file is cut short: 792 of 800 bytes of sound are there")
        #expect(problem(good.prefix(40)) == "the file has no sound")
        #expect(problem(WAV.data([])) == "the file has no sound")
        #expect(problem(WAV.data([0, 0], rate: 44_100)) == "the file has 44100 Hz, not 48000")
        #expect(problem(WAV.data([0, 0, 0], channels: 3)) == "the file has 3 channels, not 1 or 2")
    }

    @Test func `every beginning of a file is either read or refused, never more`() {
        let good = WAV.data(TestSound.constant(0.1, frames: 4))
        for size in 0..<good.count { #expect(problem(good.prefix(size)) != nil) }
    }

    @Test func `a folder, a pipe and a missing file are refused at once`() throws {
        let folder = try TemporaryFolder()
        mkfifo(folder.path("pipe"), 0o600)
        #expect(throws: WAVFileError.format("is no regular file")) { try WAVFile(path: folder.path("pipe")) }
        #expect(throws: WAVFileError.format("is no regular file")) { try WAVFile(path: folder.path("")) }
        #expect(throws: WAVFileError.system("cannot be opened", ENOENT)) { try WAVFile(path: folder.path("none")) }
    }
}

import Foundation
import PlayoutLink
import Sound
import TestKit
import Testing
import Threading

@testable import Playout

struct ItemLoaderTests {
    private let folder: TemporaryFolder
    private let parts = MixerParts(bufferCount: 3, bufferFrames: 65_536)

    init() throws { folder = try TemporaryFolder() }

    /// A loader whose reports can be waited for.
    private func loader() throws -> (ItemLoader, AsyncStream<LoaderReport>.Iterator) {
        let (stream, continuation) = AsyncStream.makeStream(of: LoaderReport.self)
        return (try ItemLoader(parts) { continuation.yield($0) }, stream.makeAsyncIterator())
    }

    @Test func `an item is read ahead of the mixer, with all of its frames`() async throws {
        let samples = TestSound.numbered(frames: 150_000)
        try WAV.write(samples, to: folder.path("a.wav"))
        var (loader, reports) = try loader()
        defer { loader.close() }
        loader.send(.load(buffer: 0, serial: 7, path: folder.path("a.wav"), startFrame: 0))
        #expect(await reports.next() == .ready(serial: 7, totalFrames: 150_000))
        #expect(parts.buffers[0].totalFrames == 150_000)
        // Longer than the ring: it has to be filled again as it empties.
        var read: [Float] = []
        var chunk = [Float](repeating: 0, count: 2 * 4096)
        while read.count < samples.count {
            let count = parts.buffers[0].ring.read(into: &chunk, frames: 4096)
            read += chunk.prefix(2 * count)
            if count == 0 { await Task.yield() }
        }
        #expect(read == samples)
        #expect(parts.buffers[0].state == .whole)
    }

    @Test func `an item is begun where it is to go on`() async throws {
        try WAV.write(TestSound.numbered(frames: 10_000), to: folder.path("a.wav"))
        var (loader, reports) = try loader()
        defer { loader.close() }
        loader.send(.load(buffer: 1, serial: 1, path: folder.path("a.wav"), startFrame: 9000))
        #expect(await reports.next() == .ready(serial: 1, totalFrames: 10_000))
        #expect(parts.buffers[1].totalFrames == 1000)
        var frame: [Float] = [0, 0]
        _ = parts.buffers[1].ring.read(into: &frame, frames: 1)
        #expect(frame[0] == Float(9000) / 1_048_576)
    }

    @Test func `what cannot be played is told, and the next is read`() async throws {
        try Data("no sound".utf8).write(to: URL(filePath: folder.path("bad.wav")))
        try WAV.write(TestSound.constant(0.1, frames: 100), to: folder.path("good.wav"))
        var (loader, reports) = try loader()
        defer { loader.close() }
        loader.send(.load(buffer: 0, serial: 1, path: folder.path("bad.wav"), startFrame: 0))
        loader.send(.load(buffer: 1, serial: 2, path: folder.path("good.wav"), startFrame: 0))
        loader.send(.release(buffer: 0, serial: 1))
        #expect(await reports.next() == .failed(serial: 1, reason: "the file is no WAV file"))
        #expect(await reports.next() == .released(buffer: 0))
        #expect(await reports.next() == .ready(serial: 2, totalFrames: 100))
    }

    @Test func `a file that is cut while it is read plays as far as it was read`() async throws {
        try WAV.write(TestSound.numbered(frames: 150_000), to: folder.path("a.wav"))
        var (loader, reports) = try loader()
        defer { loader.close() }
        loader.send(.load(buffer: 0, serial: 1, path: folder.path("a.wav"), startFrame: 0))
        #expect(await reports.next() == .ready(serial: 1, totalFrames: 150_000))
        truncate(folder.path("a.wav"), 44 + 8 * 100_000)
        var read = 0
        var chunk = [Float](repeating: 0, count: 2 * 4096)
        while parts.buffers[0].state == .filling || parts.buffers[0].ring.available > 0 {
            let count = parts.buffers[0].ring.read(into: &chunk, frames: 4096)
            read += count
            if count == 0 { await Task.yield() }
        }
        #expect(parts.buffers[0].state == .broken)
        #expect((90_000...100_000).contains(read))
        guard case .failed(1, let reason) = await reports.next() else {
            Issue.record("the loader said nothing")
            return
        }
        #expect(reason.contains("cut while it played"))
    }

    @Test func `the bed goes round and round without a frame lost`() async throws {
        let frames = 30_000
        try WAV.write(TestSound.numbered(frames: frames), to: folder.path("bed.wav"))
        var (loader, reports) = try loader()
        defer { loader.close() }
        loader.send(.bed(path: folder.path("bed.wav")))
        #expect(await reports.next() == .bedReady)
        var wrong = 0
        var seen = 0
        var chunk = [Float](repeating: 0, count: 2 * 4096)
        while seen < 3 * frames {
            let count = parts.bed.read(into: &chunk, frames: 4096)
            for frame in 0..<count where chunk[2 * frame] != Float((seen + frame) % frames) / 1_048_576 { wrong += 1 }
            seen += count
            if count == 0 { await Task.yield() }
        }
        #expect(wrong == 0)
        loader.send(.bed(path: folder.path("none.wav")))
        guard case .bedFailed(let reason) = await reports.next() else {
            Issue.record("the loader said nothing")
            return
        }
        #expect(reason.contains("No such file"))
    }
}

import Broadcast
import Foundation
import TestKit
import Testing

@Suite(.enabled(if: FFmpegProgram.isInstalled, "ffmpeg is not installed"))
struct FragmentedMP4Tests {
    private static let everyFrame = ["-movflags", "+empty_moov+default_base_moof+frag_every_frame+skip_trailer"]
    private static let halfSeconds = ["-movflags", "+empty_moov+default_base_moof", "-frag_duration", "500000"]

    private func encoded(_ fragments: [String], samples: Int = 3 * 48_000) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        return try FFmpegProgram.fragmentedMP4(TestSound.tone(samples: samples), folder.path(""), fragments: fragments)
    }

    private func parts(_ bytes: [UInt8], pieces: Int) throws -> (InitSegment?, [Fragment]) {
        var (parser, start, fragments) = (FragmentedMP4(), InitSegment?.none, [Fragment]())
        for index in stride(from: 0, to: bytes.count, by: pieces) {
            for part in try parser.append(bytes[index..<min(index + pieces, bytes.count)]) {
                switch part {
                case .start(let found): start = found
                case .fragment(let fragment): fragments.append(fragment)
                }
            }
        }
        #expect(parser.pendingBytes == 0)
        return (start, fragments)
    }

    @Test(arguments: [1, 7, 4096, 1 << 20]) func `real output is read in pieces of any size`(pieces: Int) throws {
        let bytes = try encoded(Self.everyFrame)
        let (start, fragments) = try parts(bytes, pieces: pieces)
        #expect(start?.timescale == 48_000)
        #expect(start?.config.objectType == 2)
        #expect(start?.config.sampleRate == 48_000)
        #expect(start?.config.channelCount == 2)
        #expect(start?.config.codecName == "mp4a.40.2")
        // 144000 samples are 140.6 frames, and one frame of priming comes before them.
        #expect(fragments.count == 142)
        #expect(fragments.allSatisfy { $0.frames.count == 1 })
        // The last frame tells what is left: 144000 - 140 * 1024.
        #expect(fragments.dropLast().allSatisfy { $0.duration == 1024 })
        #expect(fragments.last?.duration == 640)
        #expect(fragments.enumerated().allSatisfy { $1.decodeTime == UInt64($0 * 1024) })
        #expect((start?.bytes ?? []) + fragments.flatMap(\.bytes) == bytes)
    }

    @Test func `fragments of half a second have exact lengths and sizes`() throws {
        let (_, fragments) = try parts(encoded(Self.halfSeconds), pieces: 10_000)
        #expect(fragments.first?.duration == 24 * 1024)
        #expect(fragments.first?.frames.count == 24)
        for fragment in fragments {
            #expect(fragment.frames.last?.upperBound == fragment.bytes.count)
            #expect(fragment.frameSizes.allSatisfy { $0 > 0 })
        }
    }

    @Test func `frames with ADTS headers decode to the same sound`() throws {
        let folder = try TemporaryFolder()
        let tone = TestSound.tone(samples: 2 * 48_000)
        let bytes = try FFmpegProgram.fragmentedMP4(tone, folder.path(""), fragments: Self.halfSeconds)
        let (start, fragments) = try parts(bytes, pieces: 5000)
        let config = try #require(start?.config)
        var stream: [UInt8] = []
        for fragment in fragments {
            for frame in fragment.frames { ADTS.append(fragment.bytes[frame], config, to: &stream) }
        }
        #expect(ADTS.frames(stream)?.count == fragments.reduce(0) { $0 + $1.frames.count })
        try Data(stream).write(to: URL(fileURLWithPath: folder.path("sound.aac")))
        let decoded = try FFmpegProgram.decode(folder.path("sound.aac"))
        // The decoder knows nothing of the priming, and the tone comes 1024 samples late.
        #expect(decoded.count >= tone.count)
        let errors = (2000..<90_000).map { abs(decoded[$0 + 2048] - tone[$0]) }
        #expect(errors.max() ?? 1 < 0.02)
    }

    @Test func `fragments of our own are read back, and play`() throws {
        let folder = try TemporaryFolder()
        let (start, fragments) = try parts(encoded(Self.everyFrame), pieces: 5000)
        let begin = try #require(start)
        let frames = fragments.map { Array($0.bytes[$0.frames[0]]) }
        let first = FragmentWriter.write(Array(frames[..<94]), sequence: 1, decodeTime: 5000, trackID: begin.trackID)
        let second = FragmentWriter.write(
            Array(frames[94...]),
            sequence: 2,
            decodeTime: 5000 + 94 * 1024,
            trackID: begin.trackID
        )
        let whole = begin.bytes + first + second
        let (_, read) = try parts(whole, pieces: 3000)
        #expect(read.map(\.decodeTime) == [5000, 101_256])
        #expect(read.map(\.duration) == [94 * 1024, 48 * 1024])
        #expect(read.flatMap { fragment in fragment.frames.map { Array(fragment.bytes[$0]) } } == frames)
        try Data(whole).write(to: URL(fileURLWithPath: folder.path("own.mp4")))
        #expect(try FFmpegProgram.decode(folder.path("own.mp4")).count == 142 * 1024 * 2)
    }

    @Test func `a stream cut anywhere gives no part that is not whole, and no error`() throws {
        let bytes = try encoded(Self.halfSeconds)
        for length in stride(from: 0, to: bytes.count, by: 997) {
            var parser = FragmentedMP4()
            let parts = try parser.append(bytes[..<length])
            let used = parts.reduce(0) { sum, part in
                switch part {
                case .start(let start): sum + start.bytes.count
                case .fragment(let fragment): sum + fragment.bytes.count
                }
            }
            #expect(used <= length)
        }
    }

    @Test func `a changed byte is an error or is only in the sound, and never a trap`() throws {
        let bytes = try encoded(Self.halfSeconds, samples: 48_000)
        // The boxes that describe lie in the first 1500 bytes.
        for position in 0..<1500 {
            for value in [UInt8(0), 0x7F, 0xFF] {
                var changed = bytes
                changed[position] = value
                var parser = FragmentedMP4()
                // An error is one of the two right answers; the other is that it reads on.
                _ = try? parser.append(changed)
            }
        }
    }

    @Test func `garbage, huge boxes and wrong orders are told`() throws {
        func code(_ bytes: [UInt8]) -> MP4Error.Code? {
            var parser = FragmentedMP4()
            do throws(MP4Error) {
                _ = try parser.append(bytes)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(Array("HTTP/1.1 404 Not Found\r\n".utf8)) == .tooLarge)
        #expect(code([0, 0, 0, 0] + Array("ftyp".utf8)) == .badValue)
        #expect(code([0, 0, 0, 16, 0, 1, 2, 3] + [0, 0, 0, 0, 0, 0, 0, 0]) == .badValue)
        #expect(code([0x7F, 0xFF, 0xFF, 0xFF] + Array("mdat".utf8)) == .tooLarge)
        #expect(code([0, 0, 0, 8] + Array("moof".utf8)) == .missing)
        #expect(code([0, 0, 0, 8] + Array("moov".utf8)) == .missing)
        #expect(code([0, 0, 0, 8] + Array("abcd".utf8)) == .unsupported)
        let bytes = try encoded(Self.halfSeconds, samples: 48_000)
        // A time beyond all bounds: the first byte of the first tfdt's.
        let tfdt = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("tfdt".utf8)) })
        var late = bytes
        late[tfdt + 8] = 0xFF
        #expect(code(late) == .badValue)
        // The second moof comes where the first one's mdat should be.
        let moof = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("moof".utf8)) }) - 4
        let size = Int(bytes[moof + 2]) << 8 | Int(bytes[moof + 3])
        #expect(code(Array(bytes[..<(moof + size)]) + bytes[moof..<(moof + size)]) == .missing)
    }
}

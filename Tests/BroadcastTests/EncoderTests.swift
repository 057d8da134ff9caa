import Broadcast
import Foundation
import Glibc
import Logging
import Sound
import TestKit
import Testing
import Threading

/// Keeps what the encoder hands on.
final class FrameLog: Sendable {
    private let state = Mutex((frames: [EncodedFrame](), start: InitSegment?.none))

    func append(_ frames: [EncodedFrame], _ start: InitSegment) {
        state.withLock {
            $0.frames += frames
            $0.start = start
        }
    }

    var frames: [EncodedFrame] { state.withLock { $0.frames } }
    var start: InitSegment? { state.withLock { $0.start } }

    /// What all frames decode to, one after the other.
    func decoded() throws -> [Float] {
        let folder = try TemporaryFolder()
        let config = try #require(start?.config)
        var stream: [UInt8] = []
        for frame in frames { ADTS.append(frame.bytes, config, to: &stream) }
        try Data(stream).write(to: URL(fileURLWithPath: folder.path("all.aac")))
        return try FFmpegProgram.decode(folder.path("all.aac"))
    }
}

@Suite(.serialized, .enabled(if: FFmpegProgram.isInstalled, "ffmpeg is not installed"))
struct EncoderTests {
    private let ring = SampleRing(framesMin: 16 * 48_000)
    private let log = FrameLog()

    private func encoder(_ settings: EncoderSettings = EncoderSettings()) throws -> Encoder {
        try Encoder(settings, ring: ring, logger: Logger(label: "test")) { [log] in log.append($0, $1) }
    }

    private func source() throws -> SoundSource { try SoundSource { [ring] in ring.write($0) } }

    /// One frame follows the other, and they decode to the tone all the way.
    private func expectNoGap() throws {
        let frames = log.frames
        #expect(frames.first?.start == 0)
        #expect(frames.enumerated().allSatisfy { $1.start == Int64($0 * 1024) })
        let decoded = try log.decoded()
        #expect(decoded.count == frames.count * 2048)
        // The first frame has nothing to overlap with, and the last is not complete.
        #expect(largestError(decoded, from: 2048, to: frames.count * 1024 - 2048) < 0.02)
    }

    @Test func `a killed encoder is replaced, and not a sample is missing`() async throws {
        let encoder = try encoder()
        let source = try source()
        try encoder.start()
        var restarts: [Int] = []
        for life in 1...4 {
            let before = log.frames.count
            #expect(try await becomes { log.frames.count > before + 45 && encoder.status.state == .running })
            #expect(encoder.status.starts == life)
            if life > 1 { restarts.append(encoder.status.lastRestartMilliseconds ?? -1) }
            if life < 4 { kill(try #require(encoder.processID), SIGKILL) }
        }
        print("from kill -9 to the next frame, ms: \(restarts)")
        #expect(restarts.count == 3 && restarts.allSatisfy { (0..<5000).contains($0) })
        #expect(encoder.status.lastExit?.contains("signal 9") == true)
        source.stop()
        encoder.stop()
        #expect(encoder.status.state == .stopped)
        #expect(encoder.processID == nil)
        #expect(encoder.status.lostSamples == 0)
        #expect(encoder.status.overrunSamples == 0)
        #expect(Set(log.frames.map(\.run)) == [1, 2, 3, 4])
        // All that was pushed came out.
        let last = try #require(log.frames.last)
        #expect(last.end >= Int64(source.blocks * 960))
        try expectNoGap()
    }

    @Test func `an encoder that stalls is replaced, and not a sample is missing`() async throws {
        var settings = EncoderSettings()
        settings.stallAfter = .milliseconds(1500)
        let encoder = try encoder(settings)
        let source = try source()
        try encoder.start()
        #expect(try await becomes { log.frames.count > 40 })
        kill(try #require(encoder.processID), SIGSTOP)
        #expect(try await becomes { encoder.status.starts == 2 && encoder.status.behindSeconds < 0.5 })
        #expect(encoder.status.lastExit?.contains("nothing came out of it") == true)
        source.stop()
        encoder.stop()
        #expect(encoder.status.lostSamples == 0)
        try expectNoGap()
    }

    @Test func `a missing program is told and looked for again, and sound is taken all the while`() async throws {
        let folder = try TemporaryFolder()
        var settings = EncoderSettings()
        settings.program = folder.path("encoder")
        settings.lookAgainAfter = .milliseconds(100)
        settings.historySeconds = 1
        let encoder = try encoder(settings)
        let source = try source()
        try encoder.start()
        #expect(try await becomes { encoder.status.state == .unavailable && ring.writtenPosition > 3 * 48_000 })
        #expect(encoder.status.reason?.contains("No such file") == true)
        #expect(encoder.status.starts == 0)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("encoder"),
            withDestinationPath: #require(FFmpegProgram.path)
        )
        #expect(try await becomes { log.frames.count > 20 })
        source.stop()
        encoder.stop()
        // What was too old is lost, and told; a second of it was kept.
        #expect(encoder.status.lostSamples > 48_000)
        #expect(log.frames.first?.start == encoder.status.lostSamples)
        #expect(encoder.status.overrunSamples == 0)
        #expect(source.longestPushMicroseconds < 50_000)
    }

    @Test func `a program that is no encoder is told`() async throws {
        var settings = EncoderSettings()
        settings.program = "/bin/cat"
        let encoder = try encoder(settings)
        let source = try source()
        try encoder.start()
        #expect(try await becomes { encoder.status.lastExit != nil && encoder.status.starts > 2 })
        #expect(encoder.status.state == .restarting || encoder.status.state == .starting)
        #expect(log.frames.isEmpty)
        source.stop()
        encoder.stop()
    }

    @Test func `silence of the audio thread is no fault of the encoder`() async throws {
        var settings = EncoderSettings()
        settings.stallAfter = .milliseconds(200)
        let encoder = try encoder(settings)
        try encoder.start()
        let block = [Float](repeating: 0, count: 1920)
        for _ in 0..<40 { block.withUnsafeBufferPointer { _ = ring.write($0) } }
        #expect(try await becomes { log.frames.count > 30 })
        let before = encoder.status.starts
        // Ten times the limit for a stall.
        #expect(try await !becomes(within: .seconds(2)) { encoder.status.starts != before })
        encoder.stop()
    }
}

struct EncoderDecisionTests {
    @Test func `a life begins two frames before what is wanted, on the same grid`() {
        var timeline = EncoderTimeline()
        #expect(timeline.begin(oldest: 0) == 0)
        // Priming is left out.
        #expect(timeline.take(decodeTime: 0) == nil)
        #expect(timeline.take(decodeTime: 1024) == 0)
        for frame in 2...100 { #expect(timeline.take(decodeTime: UInt64(frame) * 1024) == Int64(frame - 1) * 1024) }
        #expect(timeline.next == 100 * 1024)
        #expect(timeline.begin(oldest: 5000) == 98 * 1024)
        #expect(timeline.run == 2)
        for frame in 0...2 { #expect(timeline.take(decodeTime: UInt64(frame) * 1024) == nil) }
        #expect(timeline.take(decodeTime: 3 * 1024) == Int64(102_400))
        #expect(timeline.lostSamples == 0)
    }

    @Test func `what is gone is counted, in whole frames`() {
        var timeline = EncoderTimeline()
        #expect(timeline.begin(oldest: 10_000) == 10 * 1024)
        #expect(timeline.lostSamples == 10 * 1024)
        #expect(timeline.take(decodeTime: 1024) == Int64(10_240))
        // Only one frame before it is left.
        #expect(timeline.begin(oldest: 10 * 1024) == 10 * 1024)
    }

    @Test func `waits grow from none to a bound, and begin anew after good work`() {
        var policy = RestartPolicy(first: .seconds(1), longest: .seconds(4), resetAfter: .seconds(10))
        let waits = (0..<5).map { _ in policy.delay(afterWorking: .seconds(1)) }
        #expect(waits == [.zero, .seconds(1), .seconds(2), .seconds(4), .seconds(4)])
        #expect(policy.delay(afterWorking: .seconds(10)) == .zero)
        #expect(policy.delay(afterWorking: .zero, jitter: 0) == .milliseconds(500))
    }

    @Test func `the ring refuses what has no room and gives back what was put in`() {
        let ring = SampleRing(framesMin: 2000)
        #expect(ring.capacity == 2048)
        func write(_ value: Float, _ samples: Int) -> Bool {
            [Float](repeating: value, count: samples * 2).withUnsafeBufferPointer { ring.write($0) }
        }
        #expect(write(1, 960) && write(2, 960))
        #expect(!write(3, 960))
        #expect(ring.overrunFrames == 960)
        ring.release(to: 960)
        #expect(write(4, 960))
        #expect(ring.oldestPosition == 960)
        // From the middle to the end of the memory, and then from its beginning.
        let first = ring.bytes(from: 960 * 8)
        #expect(first.count == (2048 - 960) * 8)
        #expect(first.bindMemory(to: Float.self).prefix(1920).allSatisfy { $0 == 2 })
        let second = ring.bytes(from: 2048 * 8)
        #expect(second.count == (2880 - 2048) * 8)
        #expect(second.bindMemory(to: Float.self).allSatisfy { $0 == 4 })
        ring.release(to: 1_000_000)
        #expect(ring.oldestPosition == 2880)
        #expect(ring.bytes(from: 2880 * 8).count == 0)
    }

    @Test func `what one thread writes another reads, in order`() throws {
        let ring = SampleRing(framesMin: 4096)
        let total = 400_000
        let writer = try OSThread(name: "writer") {
            var position = 0
            while position < total {
                let block = (0..<100).flatMap { [Float(position + $0), Float(position + $0)] }
                if block.withUnsafeBufferPointer({ ring.write($0) }) { position += 100 } else { sched_yield() }
            }
        }
        var (read, wrong) = (0, 0)
        while read < total {
            let piece = ring.bytes(from: Int64(read) * 8).bindMemory(to: Float.self)
            for index in stride(from: 0, to: piece.count, by: 2) where piece[index] != Float(read + index / 2) {
                wrong += 1
            }
            read += piece.count / 2
            ring.release(to: Int64(read))
            if piece.isEmpty { sched_yield() }
        }
        writer.join()
        #expect(wrong == 0)
    }
}

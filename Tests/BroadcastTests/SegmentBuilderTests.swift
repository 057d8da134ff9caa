import Broadcast
import Bus
import TestKit
import Testing

struct SegmentBuilderTests {
    private func frame(_ number: Int64, run: Int = 1) -> EncodedFrame {
        EncodedFrame(start: number * 1024, bytes: [1], time: Timestamp(nanoseconds: 0), run: run)
    }

    @Test(.enabled(if: FFmpegProgram.isInstalled, "ffmpeg is not installed"))
    func `frames become segments of the target's length, cut where they do not go on`() throws {
        let folder = try TemporaryFolder()
        let bytes = try FFmpegProgram.fragmentedMP4(
            TestSound.tone(samples: 4800),
            folder.path(""),
            fragments: ["-movflags", "+empty_moov+default_base_moof", "-frag_duration", "500000"]
        )
        var parser = FragmentedMP4()
        guard case .start(let start) = try parser.append(bytes).first else {
            Issue.record("no init segment")
            return
        }
        var builder = SegmentBuilder(targetSeconds: 2)
        #expect(builder.framesPerSegment == 94)
        var built: [BuiltSegment] = []
        for number in 0..<Int64(100) { built += builder.append(frame(number), start) }
        #expect(built.map(\.samples) == [94 * 1024])
        // The encoder was started anew, without a gap.
        for number in Int64(100)..<200 { built += builder.append(frame(number, run: 2), start) }
        #expect(built.map(\.frames.count) == [94, 6, 94])
        #expect(built.map(\.isDiscontinuity) == [false, false, true])
        // Sound is missing.
        built += builder.append(frame(300, run: 2), start)
        #expect(built.map(\.frames.count) == [94, 6, 94, 6])
        #expect(builder.finish()?.isDiscontinuity == true)
        #expect(builder.finish() == nil)
        // After a start there is something to hear sooner.
        var eager = SegmentBuilder(targetSeconds: 2, firstSeconds: 1)
        let parts = (0..<Int64(250)).flatMap { eager.append(frame($0), start) }
        #expect(parts.map(\.frames.count) == [47, 94, 94])
    }
}

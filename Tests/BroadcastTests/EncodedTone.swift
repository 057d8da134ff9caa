import Broadcast
import Bus
import Glibc
import TestKit
import Threading

/// Ten seconds of a tone as real AAC, encoded once.
struct EncodedTone {
    struct Failure: Error {}

    let start: InitSegment
    let frames: [[UInt8]]

    static let shared: Result<EncodedTone, any Error> = Result {
        let folder = try TemporaryFolder()
        let bytes = try FFmpegProgram.fragmentedMP4(
            TestSound.tone(samples: 10 * 48_000),
            folder.path(""),
            fragments: ["-movflags", "+empty_moov+default_base_moof", "-frag_duration", "500000"]
        )
        var parser = FragmentedMP4()
        var (found, frames) = (InitSegment?.none, [[UInt8]]())
        for part in try parser.append(bytes) {
            switch part {
            case .start(let start): found = start
            case .fragment(let fragment): frames += fragment.frames.map { Array(fragment.bytes[$0]) }
            }
        }
        guard let start = found else { throw Failure() }
        return EncodedTone(start: start, frames: frames)
    }

    /// Frames from one number to another, without end, the first at this time.
    func frames(_ numbers: Range<Int>, from time: Timestamp, run: Int = 1) -> [EncodedFrame] {
        numbers.map { number in
            let later = Duration.nanoseconds((number - numbers.lowerBound) * 64_000_000 / 3)
            return EncodedFrame(
                start: Int64(number * 1024),
                bytes: frames[number % frames.count],
                time: time.advanced(by: later),
                run: run
            )
        }
    }
}

/// An encoder's thread that gives a frame each 21 ms.
final class FrameSource: Sendable {
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<OSThread?>(nil)

    init(_ append: @escaping @Sendable ([EncodedFrame], InitSegment) -> Void) throws {
        let tone = try EncodedTone.shared.get()
        let started = try OSThread(name: "test-frames") { [self] in
            let begin = ContinuousClock.now
            var number = 0
            while !isStopping.load(ordering: .acquiring) {
                append(tone.frames(number..<number + 1, from: .now), tone.start)
                number += 1
                let due = begin.advanced(by: .nanoseconds(number * 64_000_000 / 3))
                let wait = ContinuousClock.now.duration(to: due) / .microseconds(1)
                if wait > 0 { usleep(UInt32(wait)) }
            }
        }
        thread.withLock { $0 = started }
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }
}

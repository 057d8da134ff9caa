import Broadcast
import Glibc
import Threading

/// The audio thread of a station: a tone in blocks of 20 ms at the pace of the clock, or faster.
final class SoundSource: Sendable {
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<OSThread?>(nil)
    private let count = Atomic<Int>(0)
    private let longest = Atomic<Int>(0)

    /// - Parameters:
    ///   - speed: how many times faster than the clock.
    ///   - amplitude: of the tone; 0 is silence.
    ///   - push: takes each block.
    /// - Throws: `ThreadError` when the system refuses.
    init(
        speed: Double = 1,
        amplitude: Float = 0.25,
        _ push: @escaping @Sendable (UnsafeBufferPointer<Float>) -> Void
    ) throws {
        // One second of 1 kHz holds whole periods, so blocks can be cut from it without end.
        let second = TestSound.tone(samples: 48_000, amplitude: amplitude)
        let started = try OSThread(name: "test-audio") { [self] in
            let begin = ContinuousClock.now
            var blocks = 0
            while !isStopping.load(ordering: .acquiring) {
                let from = blocks % 50 * 960 * 2
                let before = ContinuousClock.now
                second.withUnsafeBufferPointer { push(UnsafeBufferPointer(rebasing: $0[from..<from + 1920])) }
                let took = Int(before.duration(to: .now) / .microseconds(1))
                if took > longest.load(ordering: .relaxed) { longest.store(took, ordering: .relaxed) }
                blocks += 1
                count.store(blocks, ordering: .relaxed)
                let due = begin.advanced(by: .milliseconds(20) * blocks / speed)
                let wait = ContinuousClock.now.duration(to: due) / .microseconds(1)
                if wait > 0 { usleep(UInt32(wait)) }
            }
        }
        thread.withLock { $0 = started }
    }

    var blocks: Int { count.load(ordering: .relaxed) }
    /// How long a push took at most, in microseconds.
    var longestPushMicroseconds: Int { longest.load(ordering: .relaxed) }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }
}

/// How far decoded sound is from the tone that was pushed, at most, from one sample to another.
func largestError(_ decoded: [Float], from: Int, to: Int, amplitude: Float = 0.25) -> Float {
    let second = TestSound.tone(samples: 48_000, amplitude: amplitude)
    return (from..<to).reduce(Float(0)) { max($0, abs(decoded[2 * $1] - second[2 * ($1 % 48_000)])) }
}

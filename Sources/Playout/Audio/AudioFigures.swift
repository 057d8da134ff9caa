import Threading

/// How the audio thread fares; written by it, read by anybody.
package final class AudioFigures: @unchecked Sendable {
    // Proof for `@unchecked`: the pointer is set once, and what it points at is atomic.

    package enum Scheduling: Int, Sendable {
        case normal, nice, fifo
    }

    private static let binNanoseconds: Int64 = 20_000
    private static let bins = 1024

    private let blockCount = Atomic<Int64>(0)
    private let lateCount = Atomic<Int64>(0)
    private let skipped = Atomic<Int64>(0)
    private let schedulingValue = Atomic<Int>(0)
    private let latenesses: UnsafeMutablePointer<Atomic<Int64>>

    package init() {
        latenesses = .allocate(capacity: AudioFigures.bins)
        for index in 0..<AudioFigures.bins { (latenesses + index).initialize(to: Atomic(0)) }
    }

    deinit {
        latenesses.deinitialize(count: AudioFigures.bins)
        latenesses.deallocate()
    }

    package var blocks: Int64 { blockCount.load(ordering: .relaxed) }
    package var lateBlocks: Int64 { lateCount.load(ordering: .relaxed) }
    package var skippedNanoseconds: Int64 { skipped.load(ordering: .relaxed) }
    package var scheduling: Scheduling {
        get { Scheduling(rawValue: schedulingValue.load(ordering: .relaxed)) ?? .normal }
        set { schedulingValue.store(newValue.rawValue, ordering: .relaxed) }
    }

    func count(_ pacer: Pacer) {
        blockCount.wrappingAdd(1, ordering: .relaxed)
        lateCount.store(pacer.lateBlocks, ordering: .relaxed)
        skipped.store(pacer.skippedNanoseconds, ordering: .relaxed)
        let bin = Int(min(pacer.lateness / AudioFigures.binNanoseconds, Int64(AudioFigures.bins - 1)))
        latenesses[bin].wrappingAdd(1, ordering: .relaxed)
    }

    /// How late so many of all blocks were at most, to 20 µs; above 20 ms only that it was more.
    package func latenessMicroseconds(of share: Double) -> Int64 {
        let counts = (0..<AudioFigures.bins).map { latenesses[$0].load(ordering: .relaxed) }
        let wanted = Double(counts.reduce(0, +)) * share
        var sum: Int64 = 0
        for (index, count) in counts.enumerated() {
            sum += count
            if Double(sum) >= wanted { return Int64(index + 1) * AudioFigures.binNanoseconds / 1000 }
        }
        return Int64(AudioFigures.bins) * AudioFigures.binNanoseconds / 1000
    }
}

import Threading

/// Frames on their way from one thread to another, which neither waits for.
///
/// One thread writes and one reads. Memory is taken once, when the ring is made.
package final class SampleRing: @unchecked Sendable {
    // Proof for `@unchecked`: the writer touches only what lies between `written` and `taken + capacity`, the reader only
    // what lies between `taken` and `written`; each moves its own count, with release, after it is done.

    /// In frames, a power of two.
    package let capacity: Int
    private let samples: UnsafeMutablePointer<Float>
    private let written = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)

    /// - Parameter framesMin: rounded up to a power of two.
    package init(framesMin: Int) {
        var capacity = 1024
        while capacity < framesMin { capacity *= 2 }
        self.capacity = capacity
        samples = .allocate(capacity: capacity * AudioFormat.channels)
        samples.initialize(repeating: 0, count: capacity * AudioFormat.channels)
    }

    deinit { samples.deallocate() }

    /// Frames that wait to be read.
    package var available: Int {
        written.load(ordering: .acquiring) - taken.load(ordering: .acquiring)
    }

    /// Frames that may be written.
    package var space: Int { capacity - available }

    /// Takes as many frames as there is space for; for the writing thread.
    ///
    /// - Parameters:
    ///   - source: interleaved samples.
    ///   - frames: how many frames there are.
    /// - Returns: how many were taken.
    package func write(_ source: UnsafePointer<Float>, frames: Int) -> Int {
        let start = written.load(ordering: .relaxed)
        let count = min(frames, capacity - (start - taken.load(ordering: .acquiring)))
        guard count > 0 else { return 0 }
        let position = start & (capacity - 1)
        let first = min(count, capacity - position)
        (samples + position * 2).update(from: source, count: first * 2)
        if first < count { samples.update(from: source + first * 2, count: (count - first) * 2) }
        written.store(start + count, ordering: .releasing)
        return count
    }

    /// Gives as many frames as there are; for the reading thread.
    ///
    /// - Returns: how many were given.
    package func read(into target: UnsafeMutablePointer<Float>, frames: Int) -> Int {
        let start = taken.load(ordering: .relaxed)
        let count = min(frames, written.load(ordering: .acquiring) - start)
        guard count > 0 else { return 0 }
        let position = start & (capacity - 1)
        let first = min(count, capacity - position)
        target.update(from: samples + position * 2, count: first * 2)
        if first < count { (target + first * 2).update(from: samples, count: (count - first) * 2) }
        taken.store(start + count, ordering: .releasing)
        return count
    }

    /// Forgets what is in it; only while no other thread uses the ring.
    package func reset() {
        written.store(0, ordering: .sequentiallyConsistent)
        taken.store(0, ordering: .sequentiallyConsistent)
    }
}

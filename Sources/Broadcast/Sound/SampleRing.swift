import Threading

/// Sound on its way from the one thread that makes it to the one that uses it, without a lock.
///
/// The producer only ever copies and stores an index: it allocates nothing, takes no lock, makes no system call, and
/// never waits. When there is no room, what it brings is not taken, and counted. The consumer decides how much of what
/// it has used already it keeps, to use it again. Positions count samples since the beginning.
package final class SampleRing: @unchecked Sendable {
    // Proof for `@unchecked`: between `released` and `written` only the consumer reads, and elsewhere only the producer
    // writes; each index is stored by one side with release order and loaded by the other with acquire order.
    private let storage: UnsafeMutablePointer<Float>
    /// A power of two.
    package let capacity: Int
    private let written = Atomic<Int>(0)
    private let released = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    /// - Parameter capacityAtLeast: in samples; the next power of two is taken.
    package init(capacityAtLeast: Int) {
        var capacity = AudioFormat.blockSamples
        while capacity < capacityAtLeast || capacity & (capacity - 1) != 0 { capacity += capacity & -capacity }
        self.capacity = capacity
        storage = .allocate(capacity: capacity * AudioFormat.channelCount)
        storage.initialize(repeating: 0, count: capacity * AudioFormat.channelCount)
    }

    deinit { storage.deallocate() }

    /// Takes sound; for the producer's thread.
    ///
    /// - Parameter samples: interleaved; whole samples.
    /// - Returns: whether there was room; when not, nothing was taken.
    @discardableResult
    package func write(_ samples: UnsafeBufferPointer<Float>) -> Bool {
        let count = samples.count / AudioFormat.channelCount
        guard count > 0, let source = samples.baseAddress else { return true }
        let position = written.load(ordering: .relaxed)
        guard position + count - released.load(ordering: .acquiring) <= capacity else {
            refused.wrappingAdd(count, ordering: .relaxed)
            return false
        }
        let index = position & (capacity - 1)
        let first = min(count, capacity - index)
        let channels = AudioFormat.channelCount
        (storage + index * channels).update(from: source, count: first * channels)
        storage.update(from: source + first * channels, count: (count - first) * channels)
        written.store(position + count, ordering: .releasing)
        return true
    }

    /// The end of what was written.
    package var writtenPosition: Int64 { Int64(written.load(ordering: .acquiring)) }

    /// The oldest sample that is still there.
    package var oldestPosition: Int64 { Int64(released.load(ordering: .acquiring)) }

    /// Samples that found no room.
    package var overrunSamples: Int64 { Int64(refused.load(ordering: .relaxed)) }

    /// Gives up what lies before a position; for the consumer's thread.
    ///
    /// - Parameter position: not beyond what was written; one that was given up already does nothing.
    package func release(to position: Int64) {
        let target = min(Int(position), written.load(ordering: .relaxed))
        if target > released.load(ordering: .relaxed) { released.store(target, ordering: .releasing) }
    }

    /// The bytes from a place to the end of what was written, or to where the memory begins anew; for the consumer's
    /// thread, and good until it releases them.
    ///
    /// - Parameter byte: counted since the beginning; not before the oldest sample.
    /// - Returns: none when nothing was written since.
    package func bytes(from byte: Int64) -> UnsafeRawBufferPointer {
        let size = Int64(AudioFormat.bytesPerSample)
        let end = writtenPosition * size
        guard byte < end else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        precondition(byte >= oldestPosition * size, "what was given up is not read")
        let total = capacity * Int(size)
        let index = Int(byte) & (total - 1)
        return UnsafeRawBufferPointer(
            start: UnsafeRawPointer(storage) + index,
            count: min(Int(end - byte), total - index)
        )
    }
}

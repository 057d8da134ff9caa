import Threading

/// Sound on its way from the one thread that makes it to the one that uses it, without a lock.
///
/// The writer only ever copies and stores an index: it allocates nothing, takes no lock, makes no system call, and never
/// waits. The reader decides how much of what it has used already it keeps, to use it again. Positions count frames since
/// the beginning.
package final class SampleRing: @unchecked Sendable {
    // Proof for `@unchecked`: between `released` and `written` only the reader reads, and elsewhere only the writer
    // writes; each index is stored by one side with release order and loaded by the other with acquire order.
    private let storage: UnsafeMutablePointer<Float>
    /// In frames, a power of two.
    package let capacity: Int
    private let written = Atomic<Int>(0)
    private let released = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    /// - Parameter framesMin: the next power of two is taken.
    package init(framesMin: Int) {
        var capacity = 1024
        while capacity < framesMin { capacity *= 2 }
        self.capacity = capacity
        storage = .allocate(capacity: capacity * AudioFormat.channels)
        storage.initialize(repeating: 0, count: capacity * AudioFormat.channels)
    }

    deinit { storage.deallocate() }

    /// Frames that are there.
    package var available: Int { written.load(ordering: .acquiring) - released.load(ordering: .acquiring) }

    /// Frames that may be written.
    package var space: Int { capacity - available }

    /// The end of what was written.
    package var writtenPosition: Int64 { Int64(written.load(ordering: .acquiring)) }

    /// The oldest frame that is still there.
    package var oldestPosition: Int64 { Int64(released.load(ordering: .acquiring)) }

    /// Frames that found no room.
    package var overrunFrames: Int64 { Int64(refused.load(ordering: .relaxed)) }

    // MARK: For the writer's thread

    /// Takes all of a block, or nothing of it, which is counted.
    ///
    /// - Parameter block: interleaved; whole frames.
    /// - Returns: whether there was room.
    @discardableResult
    package func write(_ block: UnsafeBufferPointer<Float>) -> Bool {
        let frames = block.count / AudioFormat.channels
        guard frames > 0, let source = block.baseAddress else { return true }
        guard written.load(ordering: .relaxed) + frames - released.load(ordering: .acquiring) <= capacity else {
            refused.wrappingAdd(frames, ordering: .relaxed)
            return false
        }
        return write(source, frames: frames) == frames
    }

    /// Takes as many frames as there is space for.
    ///
    /// - Parameters:
    ///   - source: interleaved samples.
    ///   - frames: how many frames there are.
    /// - Returns: how many were taken.
    package func write(_ source: UnsafePointer<Float>, frames: Int) -> Int {
        let start = written.load(ordering: .relaxed)
        let count = min(frames, capacity - (start - released.load(ordering: .acquiring)))
        guard count > 0 else { return 0 }
        let (index, channels) = (start & (capacity - 1), AudioFormat.channels)
        let first = min(count, capacity - index)
        (storage + index * channels).update(from: source, count: first * channels)
        storage.update(from: source + first * channels, count: (count - first) * channels)
        written.store(start + count, ordering: .releasing)
        return count
    }

    // MARK: For the reader's thread

    /// Gives as many frames as there are, and gives them up.
    ///
    /// - Returns: how many were given.
    package func read(into target: UnsafeMutablePointer<Float>, frames: Int) -> Int {
        let start = released.load(ordering: .relaxed)
        let count = min(frames, written.load(ordering: .acquiring) - start)
        guard count > 0 else { return 0 }
        let (index, channels) = (start & (capacity - 1), AudioFormat.channels)
        let first = min(count, capacity - index)
        target.update(from: storage + index * channels, count: first * channels)
        (target + first * channels).update(from: storage, count: (count - first) * channels)
        released.store(start + count, ordering: .releasing)
        return count
    }

    /// The bytes from a place to the end of what was written, or to where the memory begins anew; good until they are
    /// released.
    ///
    /// - Parameter byte: counted since the beginning; not before the oldest frame.
    /// - Returns: none when nothing was written since.
    package func bytes(from byte: Int64) -> UnsafeRawBufferPointer {
        let size = Int64(AudioFormat.bytesPerFrame)
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

    /// Gives up what lies before a position.
    ///
    /// - Parameter position: not beyond what was written; one that was given up already does nothing.
    package func release(to position: Int64) {
        let target = min(Int(position), written.load(ordering: .relaxed))
        if target > released.load(ordering: .relaxed) { released.store(target, ordering: .releasing) }
    }

    /// Forgets what is in it; only while no other thread uses the ring.
    package func reset() {
        written.store(0, ordering: .sequentiallyConsistent)
        released.store(0, ordering: .sequentiallyConsistent)
    }
}

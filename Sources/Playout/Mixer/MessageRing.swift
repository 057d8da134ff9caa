import Sound
import Threading

/// Messages from one thread to another, which neither waits for.
///
/// One thread puts and one takes. The messages are plain bytes, so that nothing is counted, copied or freed behind the
/// back of a thread that has no time for it.
package final class MessageRing<Message: BitwiseCopyable & Sendable>: @unchecked Sendable {
    // Proof for `@unchecked`: as for `SampleRing`; a slot belongs to the putter until `put` passes it, then to the taker.

    private let capacity: Int
    private let slots: UnsafeMutablePointer<Message>
    private let putCount = Atomic<Int>(0)
    private let takenCount = Atomic<Int>(0)
    private let lostCount = Atomic<Int>(0)

    /// - Parameter capacity: how many may wait; a power of two.
    package init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a power of two")
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
    }

    deinit { slots.deallocate() }

    /// How many were ever put.
    package var putTotal: Int { putCount.load(ordering: .relaxed) }

    /// How many found the ring full.
    package var lost: Int { lostCount.load(ordering: .relaxed) }

    /// Puts a message behind the others.
    ///
    /// - Returns: `false` when the ring is full; the message is then counted as lost.
    @discardableResult
    package func put(_ message: Message) -> Bool {
        let position = putCount.load(ordering: .relaxed)
        guard position - takenCount.load(ordering: .acquiring) < capacity else {
            lostCount.wrappingAdd(1, ordering: .relaxed)
            return false
        }
        (slots + (position & (capacity - 1))).initialize(to: message)
        putCount.store(position + 1, ordering: .releasing)
        return true
    }

    /// Takes the oldest message.
    package func take() -> Message? {
        let position = takenCount.load(ordering: .relaxed)
        guard position < putCount.load(ordering: .acquiring) else { return nil }
        let message = slots[position & (capacity - 1)]
        takenCount.store(position + 1, ordering: .releasing)
        return message
    }
}

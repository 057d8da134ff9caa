package import Sound
import Threading

/// The next seconds of one item, between the loader, which fills it, and the mixer, which empties it.
///
/// The buffers are made once and used again and again. Whoever hands one over makes sure that the loader and the mixer
/// have both let go of it before.
package final class ItemBuffer: Sendable {
    package enum State: Int, Sendable {
        /// More is to come.
        case filling = 0
        /// All of the item is in the ring, or has been.
        case whole = 1
        /// What is in the ring is good, and then the item breaks off.
        case broken = 2
    }

    package let ring: SampleRing
    private let stateValue = Atomic<Int>(0)
    private let total = Atomic<Int>(0)

    package init(framesMin: Int) { ring = SampleRing(framesMin: framesMin) }

    package var state: State {
        get { State(rawValue: stateValue.load(ordering: .acquiring)) ?? .broken }
        set { stateValue.store(newValue.rawValue, ordering: .releasing) }
    }

    /// How many frames will have gone through the ring at the item's end; known before the mixer gets the buffer.
    package var totalFrames: Int {
        get { total.load(ordering: .acquiring) }
        set { total.store(newValue, ordering: .releasing) }
    }

    /// Makes it ready for another item.
    package func reset() {
        ring.reset()
        totalFrames = 0
        state = .filling
    }
}

import Threading

/// A sign of life that one part of the program leaves and the watchdog reads: one atomic number.
package final class ProgressStamp: Sendable {
    private let nanoseconds = Atomic<Int64>(.min)

    package init() {}

    package func touch(at moment: Moment) { nanoseconds.store(moment.nanoseconds, ordering: .relaxed) }

    /// The last sign, or `nil` before the first.
    package var last: Moment? {
        let stamp = nanoseconds.load(ordering: .relaxed)
        return stamp == .min ? nil : Moment(nanoseconds: stamp)
    }
}

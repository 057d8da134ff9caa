import CoreMetrics
import Threading

/// A number that only grows.
///
/// Adding is one atomic operation.
package final class MetricCounter: CounterHandler {
    private let count = Atomic<UInt64>(0)

    init() {}

    package var value: UInt64 { count.load(ordering: .relaxed) }

    package func increment() { count.wrappingAdd(1, ordering: .relaxed) }

    /// Adds; a counter never shrinks, so a negative amount is ignored.
    package func increment(by amount: Int) { increment(by: Int64(amount)) }

    package func increment(by amount: Int64) {
        if amount > 0 { count.wrappingAdd(UInt64(amount), ordering: .relaxed) }
    }

    package func reset() { count.store(0, ordering: .relaxed) }
}

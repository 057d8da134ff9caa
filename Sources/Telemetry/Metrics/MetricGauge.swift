import CoreMetrics
import Threading

/// A number that goes up and down.
package final class MetricGauge: MeterHandler, RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    init() {}

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    package func set(_ value: Int) { set(Double(value)) }

    package func set(_ value: Int64) { set(Double(value)) }

    package func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    package func decrement(by amount: Double) { increment(by: -amount) }

    package func record(_ value: Int64) { set(Double(value)) }

    package func record(_ value: Double) { set(value) }
}

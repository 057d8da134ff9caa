/// A point on the supervision clock, in nanoseconds since some fixed start.
///
/// A plain number instead of a generic instant keeps the restart path free of witness tables, and lets every decision be
/// tested with literal times. Arithmetic saturates, so `.distantFuture` plus anything is still `.distantFuture`.
package struct Moment: Hashable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The moment that lies `duration` after the clock's start.
    package init(_ duration: Duration) { nanoseconds = duration.nanosecondsSaturated }

    package static let zero = Moment(nanoseconds: 0)
    /// Later than any real moment: stands for "no deadline".
    package static let distantFuture = Moment(nanoseconds: .max)
}

extension Moment: InstantProtocol {
    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    package func advanced(by duration: Duration) -> Moment {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanosecondsSaturated)
        guard overflow else { return Moment(nanoseconds: sum) }
        return Moment(nanoseconds: nanoseconds < 0 ? .min : .max)
    }

    package func duration(to other: Moment) -> Duration {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (nanoseconds < 0 ? .max : .min) : difference)
    }
}

extension Duration {
    /// The length in whole nanoseconds; a length beyond 292 years becomes the largest number.
    package var nanosecondsSaturated: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard carried else { return sum }
        return seconds < 0 ? .min : .max
    }
}

package import Bus

/// The moments at which something is due: an expression on the clocks of a place.
///
/// A time that the clocks skip counts at the first moment after the gap, a time that they repeat counts once, at its
/// first; so each moment is later than the one before.
package struct ScheduleTimes: Hashable, Sendable {
    package let cron: CronExpression
    package let zone: TimeZoneRules

    package init(cron: CronExpression, zone: TimeZoneRules) {
        self.cron = cron
        self.zone = zone
    }

    /// The first moment after another; `nil` when there is none before timestamps end.
    package func next(after time: Timestamp) -> Timestamp? {
        var local = zone.local(at: time)
        // In the second of two equal hours what comes next may lie in the first: that hour is passed over.
        while let found = cron.next(after: local) {
            let moment = zone.moment(of: found)
            if moment > time { return moment }
            local = found
        }
        return nil
    }

    /// The moments of a span, in order.
    package func within(_ span: ClosedRange<Timestamp>) -> some Sequence<Timestamp> {
        let before = Timestamp(nanoseconds: span.lowerBound.nanoseconds - 1)
        return sequence(state: before) { last in
            guard let moment = next(after: last), moment <= span.upperBound else { return nil }
            last = moment
            return moment
        }
    }

    /// The last moment of a span; `nil` when it has none.
    ///
    /// Looks at the end of the span first, so that a long one costs little.
    package func last(within span: ClosedRange<Timestamp>) -> Timestamp? {
        let hours = [1, 24, 24 * 8, 24 * 32, 24 * 366]
        for reach in hours.map({ Duration.seconds($0 * 3600) }) {
            let start = max(span.lowerBound, span.upperBound.advanced(by: reach * -1))
            if let last = latest(of: within(start...span.upperBound)) { return last }
            if start == span.lowerBound { return nil }
        }
        return latest(of: within(span))
    }

    private func latest(of moments: some Sequence<Timestamp>) -> Timestamp? {
        moments.reduce(nil) { $1 }
    }
}

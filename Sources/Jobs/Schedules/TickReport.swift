package import Bus
package import Store

/// What one look at the clock has done.
package struct TickReport: Sendable {
    /// Times that were lost: counts stop at `SchedulePlan.lostCountMax`.
    package struct Lost: Hashable, Sendable {
        package let schedule: String
        /// Because of the catch-up rule.
        package let missed: Int
        /// Because of the overlap rule.
        package let overlapping: Int
    }

    /// A schedule that could not be dealt with; it is still due.
    package struct Failure: Sendable {
        package let schedule: String
        package let error: ScheduleError
    }

    /// The jobs it has enqueued.
    package internal(set) var runs: [ScheduleRun] = []
    package internal(set) var lost: [Lost] = []
    package internal(set) var failures: [Failure] = []
    /// Why it ended early.
    package internal(set) var interruption: StoreError?
    /// When it looked, by the database's clock; `nil` when it could not.
    package internal(set) var now: Timestamp?
    /// When the next schedule becomes due, of those it knows.
    package internal(set) var nextAt: Timestamp?

    /// How long after the look the next schedule becomes due.
    package var untilNext: Duration? {
        guard let now, let nextAt else { return nil }
        return max(.zero, now.duration(to: nextAt))
    }

    mutating func note(nextAt time: Timestamp?) {
        guard let time else { return }
        nextAt = nextAt.map { min($0, time) } ?? time
    }
}

/// Which schedules have failed and are left alone for a while: a plain value, by the database's clock.
package struct ScheduleBackoff: Hashable, Sendable {
    private struct Hold: Hashable {
        var failures: Int
        var until: Timestamp
    }

    private static let delayMax = Duration.seconds(300)
    private var holds: [String: Hold] = [:]

    package init() {}

    package func isHeld(_ schedule: String, at now: Timestamp) -> Bool {
        holds[schedule].map { now < $0.until } ?? false
    }

    /// Doubles the wait of those that failed, from a second on, and forgets those that did not.
    package mutating func note(_ report: TickReport) {
        guard let now = report.now else { return }
        for run in report.runs { holds[run.schedule] = nil }
        // Whoever has not been heard of for long is gone.
        holds = holds.filter { now < $0.value.until.advanced(by: Self.delayMax) }
        for failure in report.failures {
            let failures = (holds[failure.schedule]?.failures ?? 0) + 1
            let delay = min(Self.delayMax, .seconds(1 << min(failures - 1, 10)))
            holds[failure.schedule] = Hold(failures: failures, until: now.advanced(by: delay))
        }
    }
}

import Threading

/// Counts the answers of the last hour, minute by minute.
package final class TrafficMeter: Sendable {
    private let state: Mutex<TrafficWindow>
    private let start: ContinuousClock.Instant

    package init(start: ContinuousClock.Instant = .now) {
        state = Mutex(TrafficWindow())
        self.start = start
    }

    package func note(status: Int, took: Duration, at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.note(status: status, took: took, at: start.duration(to: now)) }
    }

    /// What was answered in the last minutes, at most 60.
    package func last(minutes: Int, at now: ContinuousClock.Instant = .now) -> TrafficWindow.Sum {
        state.withLock { $0.last(minutes: minutes, at: start.duration(to: now)) }
    }
}

/// The counts themselves, as a value: one bucket for each minute of an hour.
package struct TrafficWindow: Sendable {
    /// What several minutes add up to.
    package struct Sum: Hashable, Sendable {
        package fileprivate(set) var answers = 0
        /// Answers with a status of 500 or more.
        package fileprivate(set) var serverErrors = 0
        fileprivate var took = Duration.zero

        package init() {}

        /// `nil` when nothing was answered.
        package var meanLatency: Duration? { answers == 0 ? nil : took / answers }
    }

    private static let minutes = 60
    private var buckets = [(minute: Int, sum: Sum)](repeating: (-1, Sum()), count: TrafficWindow.minutes)

    package init() {}

    package mutating func note(status: Int, took: Duration, at time: Duration) {
        let minute = TrafficWindow.minute(time)
        let index = minute % TrafficWindow.minutes
        if buckets[index].minute != minute { buckets[index] = (minute, Sum()) }
        buckets[index].sum.answers += 1
        buckets[index].sum.serverErrors += status >= 500 ? 1 : 0
        buckets[index].sum.took += took
    }

    package func last(minutes: Int, at time: Duration) -> Sum {
        let now = TrafficWindow.minute(time)
        let oldest = now - min(max(1, minutes), TrafficWindow.minutes) + 1
        var sum = Sum()
        for bucket in buckets where bucket.minute >= oldest && bucket.minute <= now {
            sum.answers += bucket.sum.answers
            sum.serverErrors += bucket.sum.serverErrors
            sum.took += bucket.sum.took
        }
        return sum
    }

    private static func minute(_ time: Duration) -> Int { Int(max(.zero, time).components.seconds / 60) }
}

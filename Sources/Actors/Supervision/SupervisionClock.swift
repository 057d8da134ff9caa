import Glibc

/// The time that a supervision tree lives by: now, and waiting until then.
///
/// Built from any clock, so that tests drive a whole tree by hand.
package struct SupervisionClock: Sendable {
    private let read: @Sendable () -> Moment
    private let wait: @Sendable (Moment) async throws -> Void

    /// The system's monotonic clock.
    package static let system = SupervisionClock(
        read: { monotonicNow() },
        wait: { try await ContinuousClock().sleep(for: monotonicNow().duration(to: $0)) }
    )

    private init(read: @escaping @Sendable () -> Moment, wait: @escaping @Sendable (Moment) async throws -> Void) {
        self.read = read
        self.wait = wait
    }

    /// Counts from the moment of this call.
    package init<Source: Clock<Duration>>(_ clock: Source) {
        let start = clock.now
        self.init(
            read: { Moment(start.duration(to: clock.now)) },
            wait: { try await clock.sleep(until: start.advanced(by: .nanoseconds($0.nanoseconds)), tolerance: nil) }
        )
    }

    package var now: Moment { read() }

    /// - Throws: `CancellationError` when the waiting task is cancelled.
    func sleep(until moment: Moment) async throws { try await wait(moment) }

    /// The kernel's monotonic clock, for threads that are not part of a tree too.
    static func monotonicNow() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

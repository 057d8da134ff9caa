/// Measures time and waits, on any clock: what decides by time uses this instead of reading the system's.
package struct Stopwatch: Sendable {
    private let read: @Sendable () -> Duration
    private let wait: @Sendable (Duration) async throws -> Void

    /// Counts from this call.
    package init(_ clock: some Clock<Duration>) {
        let start = clock.now
        read = { start.duration(to: clock.now) }
        wait = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// Time since it was made.
    package var elapsed: Duration { read() }

    /// Waits until so much time has passed since it was made.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    package func sleep(until moment: Duration) async throws { try await wait(moment) }

    /// Waits for a length of time.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    package func sleep(for length: Duration) async throws { try await wait(read() + length) }
}

import Threading

/// A clock that stands still until a test moves it.
///
/// `waitForSleepers` lets a test know that the code under test has gone to sleep before it moves on, so nothing is ever
/// waited for by a duration.
package final class ManualClock: Clock, Sendable {
    package typealias Duration = Swift.Duration

    package struct Instant: InstantProtocol, Hashable, Sendable {
        package let offset: Swift.Duration

        package init(offset: Swift.Duration) { self.offset = offset }

        package static let zero = Instant(offset: .zero)

        package func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let until: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Watcher {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now = Instant.zero
        var lastKey: UInt64 = 0
        var sleepers: [UInt64: Sleeper] = [:]
        /// Cancelled before they went to sleep.
        var cancelled: Set<UInt64> = []
        var watchers: [Watcher] = []

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            let due = watchers.filter { $0.count <= sleepers.count }
            watchers.removeAll { $0.count <= sleepers.count }
            return due.map(\.continuation)
        }
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Swift.Duration { .nanoseconds(1) }
    /// How many tasks wait for this clock now.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }
    /// The earliest moment anybody waits for.
    package var nextWakeUp: Instant? { state.withLock { $0.sleepers.values.map(\.until).min() } }

    /// Whether anybody waits for just this moment.
    package func isAwaited(at instant: Instant) -> Bool {
        state.withLock { $0.sleepers.values.contains { $0.until == instant } }
    }

    /// Moves the time on and wakes everybody whose moment has come, earliest first.
    package func advance(by duration: Swift.Duration) { advance(to: now.advanced(by: duration)) }

    package func advance(to instant: Instant) {
        let due = state.withLock { state -> [Sleeper] in
            state.now = max(state.now, instant)
            let due = state.sleepers.filter { $0.value.until <= state.now }.sorted { $0.key < $1.key }
            for (key, _) in due { state.sleepers.removeValue(forKey: key) }
            return due.map(\.value).sorted { $0.until < $1.until }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once at least `count` tasks sleep on this clock.
    package func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state -> Bool in
                if state.sleepers.count >= count { return true }
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    package func sleep(until deadline: Instant, tolerance: Swift.Duration? = nil) async throws {
        let key = state.withLock { state -> UInt64 in
            state.lastKey += 1
            return state.lastKey
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enum Outcome { case sleeping, due, cancelled }
                let (outcome, watchers) = state.withLock { state -> (Outcome, [CheckedContinuation<Void, Never>]) in
                    if state.cancelled.remove(key) != nil { return (.cancelled, []) }
                    if deadline <= state.now { return (.due, []) }
                    state.sleepers[key] = Sleeper(until: deadline, continuation: continuation)
                    return (.sleeping, state.takeWatchers())
                }
                switch outcome {
                case .sleeping: break
                case .due: continuation.resume()
                case .cancelled: continuation.resume(throwing: CancellationError())
                }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                if let sleeper = state.sleepers.removeValue(forKey: key) { return sleeper }
                // A sleep that is over stays in the set: a few bytes, in a test.
                state.cancelled.insert(key)
                return nil
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}

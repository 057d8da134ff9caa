package import Store
import Threading

/// Campaigns to lead, and runs a body while it does.
///
/// The body is cancelled when its lease cannot be renewed, early enough that it has a quarter of the lease left to
/// stop; whatever it writes later than that, the term in its statements refuses. Told to `stop()` it gives the lease
/// back; when its task is cancelled there is no time for that, and the lease runs out by itself.
package final class LeaderLoop: Sendable {
    /// What happens, for logs and metrics.
    package enum Event: Sendable {
        case elected(Lease)
        /// The lease ran out, or could not be renewed in time.
        case lost(Lease)
        case released(Lease)
        /// The database could not be asked.
        case failed(StoreError)
    }

    fileprivate enum Ending: Sendable {
        case finished
        case stopped
        case lost
    }

    private let leadership: Leadership
    private let name: String
    private let length: Duration
    private let clock: any Clock<Duration>
    private let onEvent: @Sendable (Event) -> Void
    private let stopping = StopSignal()

    /// - Parameters:
    ///   - leadership: who campaigns.
    ///   - name: for what.
    ///   - length: how long a lease lasts without being renewed.
    ///   - clock: measures waits and the lease's rest; it is never stored.
    ///   - onEvent: told what happens.
    package init(
        _ leadership: Leadership,
        _ name: String,
        length: Duration = .seconds(15),
        clock: any Clock<Duration> = ContinuousClock(),
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.leadership = leadership
        self.name = name
        self.length = length
        self.clock = clock
        self.onEvent = onEvent
    }

    /// Ends the loop for good: cancels the body, waits for it, and gives the lease back.
    ///
    /// Safe from anywhere, and more than once.
    package func stop() { stopping.send() }

    /// Campaigns and leads again and again, until the body ends by itself or the loop is stopped or cancelled.
    ///
    /// - Parameter body: a child task; another one with each lease.
    /// - Throws: what the body throws, and `StoreError` when the store has been closed.
    package func run(_ body: @escaping @Sendable (Lease) async throws -> Void) async throws {
        try await run(on: clock, body)
    }

    private func run<C: Clock<Duration>>(
        on clock: C,
        _ body: @escaping @Sendable (Lease) async throws -> Void
    ) async throws {
        while !Task.isCancelled {
            // The lease lasts from some moment after this one.
            let start = clock.now
            let notices = leadership.store.notices()
            if let lease = try await campaign() {
                onEvent(.elected(lease))
                let ending: Ending
                do {
                    ending = try await lead(lease, since: start, on: clock, body)
                } catch {
                    await release(lease)
                    throw error
                }
                guard ending == .lost else { return await release(lease) }
                onEvent(.lost(lease))
            }
            guard await pause(on: clock, notices) else { return }
        }
    }

    private func campaign() async throws -> Lease? {
        do {
            return try await leadership.acquire(name, for: length)
        } catch {
            guard error.code != .cancelled else { return nil }
            guard error.disposition != .stop else { throw error }
            onEvent(.failed(error))
            return nil
        }
    }

    /// Does nothing of use when the task has been cancelled: see the type.
    private func release(_ lease: Lease) async {
        do {
            if try await leadership.release(lease) { onEvent(.released(lease)) }
        } catch {
            if error.disposition != .stop { onEvent(.failed(error)) }
        }
    }

    // MARK: Leading

    private func lead<C: Clock<Duration>>(
        _ lease: Lease,
        since start: C.Instant,
        on clock: C,
        _ body: @escaping @Sendable (Lease) async throws -> Void
    ) async throws -> Ending {
        let deadline = LeaseDeadline(clock, start.advanced(by: length * 0.75))
        return try await withThrowingTaskGroup(of: Ending.self) { group in
            // Whichever is first ends the term: the work, a stop, the loss of the lease, or its time.
            group.addTask {
                try await body(lease)
                return .finished
            }
            group.addTask { [self] in
                await stopping.wait()
                return .stopped
            }
            group.addTask { [self] in await renew(lease, deadline, on: clock) }
            group.addTask { await deadline.passed() }
            defer { group.cancelAll() }
            return try await group.next() ?? .finished
        }
    }

    /// Keeps the lease until it is lost; a database that cannot be asked is asked again soon.
    private func renew<C: Clock<Duration>>(_ lease: Lease, _ deadline: LeaseDeadline<C>, on clock: C) async -> Ending {
        var wait = length / 3
        while true {
            guard (try? await clock.sleep(for: wait)) != nil else { return .stopped }
            let start = clock.now
            do {
                guard try await leadership.renew(lease, for: length) else { return .lost }
                deadline.extend(to: start.advanced(by: length * 0.75))
                wait = length / 3
            } catch {
                if error.disposition != .stop { onEvent(.failed(error)) }
                wait = length / 12
            }
        }
    }

    /// Waits for the next campaign: until a lease may have run out, or been given back.
    ///
    /// - Returns: false when the loop has been stopped or cancelled.
    private func pause<C: Clock<Duration>>(on clock: C, _ notices: AsyncStream<String>) async -> Bool {
        let wait = length / 3
        return await withTaskGroup(of: Bool?.self) { group in
            // The time against news and a stop; whichever is first.
            group.addTask { (try? await clock.sleep(for: wait)) != nil }
            // A stream that ends tells nothing.
            group.addTask { await notices.contains(Leadership.notice) ? true : nil }
            group.addTask { [self] in
                await stopping.wait()
                return false
            }
            defer { group.cancelAll() }
            for await answer in group { if let answer { return answer && !Task.isCancelled } }
            return false
        }
    }
}

/// The moment from which a lease can no longer be trusted; moves on with each renewal.
private final class LeaseDeadline<C: Clock>: Sendable where C.Duration == Duration {
    private let clock: C
    private let moment: Mutex<C.Instant>

    init(_ clock: C, _ moment: C.Instant) {
        self.clock = clock
        self.moment = Mutex(moment)
    }

    func extend(to later: C.Instant) { moment.withLock { $0 = max($0, later) } }

    /// Returns once the moment has passed without having been moved on, or the task is cancelled.
    fileprivate func passed() async -> LeaderLoop.Ending {
        while true {
            let waitedFor = moment.withLock { $0 }
            guard (try? await clock.sleep(until: waitedFor, tolerance: nil)) != nil else { return .stopped }
            if moment.withLock({ $0 }) <= waitedFor { return .lost }
        }
    }
}

/// Told once, heard by everybody who waits and whoever comes later.
private final class StopSignal: Sendable {
    private struct State {
        var isSent = false
        var lastKey: UInt64 = 0
        var waiters: [UInt64: AsyncStream<Never>.Continuation] = [:]
    }

    private let state = Mutex(State())

    func send() {
        let waiters = state.withLock { state in
            state.isSent = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Returns once it has been sent, or the task is cancelled.
    func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let key = state.withLock { state -> UInt64? in
            guard !state.isSent else { return nil }
            state.lastKey += 1
            state.waiters[state.lastKey] = continuation
            return state.lastKey
        }
        guard let key else { return }
        for await _ in stream {}
        state.withLock { _ = $0.waiters.removeValue(forKey: key) }
    }
}

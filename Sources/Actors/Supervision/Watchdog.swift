import Glibc
package import Threading

/// A plain thread that finds out whether the process still does its work.
///
/// It never runs on the concurrency pool, so it sees what nothing on the pool can: that all of its threads are blocked.
/// At each interval it sends a canary job to the pool, reads the liveness stamps, and judges. Someone must run
/// `answerCanary()` on the pool; until then, and after it ended, no canary is sent.
package final class Watchdog: Sendable {
    /// What a look found, for the hook that follows it.
    package struct Report: Sendable {
        package let verdict: WatchdogVerdict
        package let time: Moment
        /// How long the last answered canary waited for a thread of the pool.
        package let canaryLateness: Duration?
        /// How late this look itself came.
        package let tickLateness: Duration
    }

    private struct Probe: Sendable {
        let silenceMax: Duration
        let addedAt: Moment
        let last: @Sendable () -> Moment?
    }

    private struct State {
        var probes: [String: Probe] = [:]
        var isStopped = false
        var thread: OSThread?
    }

    private let policy: WatchdogPolicy
    private let now: @Sendable () -> Moment
    private let onTick: @Sendable (Report) -> Void
    private let onWedged: @Sendable (WatchdogVerdict.Reason) -> Void
    private let canary = Canary()
    private let wakeUp: WakeUp
    private let state = Mutex(State())

    /// - Parameters:
    ///   - policy: how patient it is.
    ///   - now: a monotonic clock that any thread may read.
    ///   - onTick: called after each look, on the watchdog's thread: the place to tell systemd, if the verdict allows.
    ///   - onWedged: called once, right before the first `onTick` with that verdict.
    /// - Throws: `ThreadError` when the process is out of descriptors.
    package init(
        policy: WatchdogPolicy = .standard,
        now: @escaping @Sendable () -> Moment = { SupervisionClock.system.now },
        onTick: @escaping @Sendable (Report) -> Void,
        onWedged: @escaping @Sendable (WatchdogVerdict.Reason) -> Void
    ) throws(ThreadError) {
        self.policy = policy
        self.now = now
        self.onTick = onTick
        self.onWedged = onWedged
        wakeUp = try WakeUp()
    }

    /// Adds a liveness stamp that must not grow older than `silenceMax`.
    ///
    /// - Parameters:
    ///   - name: what the verdict calls it.
    ///   - silenceMax: how old the stamp may grow.
    ///   - last: reads the stamp, on the watchdog's thread: an atomic load, nothing that can wait. As long as it returns
    ///     `nil`, age counts from this call.
    package func addProbe(_ name: String, silenceMax: Duration, last: @escaping @Sendable () -> Moment?) {
        let probe = Probe(silenceMax: silenceMax, addedAt: now(), last: last)
        state.withLock { $0.probes[name] = probe }
    }

    package func removeProbe(_ name: String) { state.withLock { _ = $0.probes.removeValue(forKey: name) } }

    /// Starts the thread.
    package func start() throws(ThreadError) {
        let thread = try OSThread(name: "watchdog") { [self] in watch() }
        state.withLock { $0.thread = thread }
    }

    /// Ends the thread and waits for it; not to be called from a hook.
    package func stop() {
        let thread = state.withLock { state -> OSThread? in
            state.isStopped = true
            defer { state.thread = nil }
            return state.thread
        }
        wakeUp.signal()
        thread?.join()
    }

    /// Answers the canary from the concurrency pool, until the task is cancelled.
    package func answerCanary() async {
        await withTaskCancellationHandler {
            while let sentAt = await canary.wait() {
                canary.answer(after: sentAt.duration(to: now()))
            }
        } onCancel: {
            canary.close()
        }
    }

    private func watch() {
        var judge = WatchdogState(policy, at: now())
        var next = now() + policy.interval
        while !state.withLock({ $0.isStopped }) {
            let left = now().duration(to: next)
            if left > .zero {
                wakeUp.wait(atMost: left)
                continue
            }
            look(&judge)
            // From now, not from when it was due: after a pause one look is enough.
            next = now() + policy.interval
        }
    }

    private func look(_ judge: inout WatchdogState) {
        let time = now()
        let seen = canary.send(at: time)
        let before = judge.verdict
        let verdict = judge.judge(
            WatchdogObservation(
                now: time,
                canarySentAt: seen.sentAt,
                canaryLateness: seen.lateness,
                probes: readProbes()
            )
        )
        if before == .alive, case .wedged(let reason) = verdict { onWedged(reason) }
        onTick(
            Report(
                verdict: verdict,
                time: time,
                canaryLateness: seen.lateness,
                tickLateness: judge.tickLateness
            )
        )
    }

    private func readProbes() -> [WatchdogObservation.Reading] {
        let probes = state.withLock { $0.probes }
        return probes.map { name, probe in
            WatchdogObservation.Reading(
                name: name,
                last: max(probe.addedAt, probe.last() ?? probe.addedAt),
                silenceMax: probe.silenceMax
            )
        }
    }
}

/// A job that goes to the pool and back: a parked task that the watchdog's thread resumes.
private final class Canary: Sendable {
    private struct State {
        var parked: UnsafeContinuation<Moment?, Never>?
        /// When the one that is on its way was sent.
        var sentAt: Moment?
        var lateness: Duration?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Sends the canary, if it is at home.
    ///
    /// - Returns: when the one that is still out was sent, and how late the last one was answered.
    func send(at now: Moment) -> (sentAt: Moment?, lateness: Duration?) {
        let (parked, sentAt, lateness) = state.withLock {
            state -> (UnsafeContinuation<Moment?, Never>?, Moment?, Duration?) in
            let before = state.sentAt
            defer { state.parked = nil }
            if state.parked != nil { state.sentAt = now }
            return (state.parked, before, state.lateness)
        }
        parked?.resume(returning: now)
        return (sentAt, lateness)
    }

    /// Waits to be sent; `nil` once closed.
    func wait() async -> Moment? {
        await withUnsafeContinuation { continuation in
            let isClosed = state.withLock { state -> Bool in
                if !state.isClosed { state.parked = continuation }
                return state.isClosed
            }
            if isClosed { continuation.resume(returning: nil) }
        }
    }

    func answer(after lateness: Duration) {
        state.withLock {
            $0.lateness = lateness
            $0.sentAt = nil
        }
    }

    func close() {
        let parked = state.withLock { state -> UnsafeContinuation<Moment?, Never>? in
            state.isClosed = true
            state.sentAt = nil
            defer { state.parked = nil }
            return state.parked
        }
        parked?.resume(returning: nil)
    }
}

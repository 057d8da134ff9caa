import Glibc
package import Threading

/// Ends the process when a shutdown takes too long.
///
/// The time is kept by a plain thread, because the timers of the concurrency pool do not fire when the pool is what
/// hangs. The thread exists only between `arm` and the end.
package final class ShutdownDeadline: Sendable {
    private struct State {
        var isArmed = false
        var isDisarmed = false
        var until = Moment.distantFuture
    }

    private let total: Duration
    private let action: @Sendable (String) -> Void
    private let wakeUp: WakeUp
    private let state = Mutex(State())

    /// - Parameters:
    ///   - total: how long a shutdown may take, from `arm` on.
    ///   - action: gets the message when it takes longer, on the deadline's own thread; by default that ends the process.
    /// - Throws: `ThreadError` when the process is out of descriptors.
    package init(
        total: Duration,
        action: @escaping @Sendable (String) -> Void = ShutdownDeadline.endProcess
    ) throws(ThreadError) {
        self.total = total
        self.action = action
        wakeUp = try WakeUp()
    }

    /// Starts the time, unless it runs already.
    ///
    /// Without a thread to keep it there is no deadline, which is said at once.
    package func arm() {
        let until = SupervisionClock.monotonicNow() + total
        let isFirst = state.withLock { state -> Bool in
            guard !state.isArmed, !state.isDisarmed else { return false }
            state.isArmed = true
            state.until = until
            return true
        }
        guard isFirst else { return }
        do {
            // The thread ends with the deadline; nobody needs to join it.
            _ = try OSThread(name: "shutdown") { [self] in keepTime() }
        } catch {
            action("the shutdown deadline cannot be kept: \(error)")
        }
    }

    /// Allows the shutdown this much more, counted from now, if that is later.
    package func extend(by duration: Duration) {
        let until = SupervisionClock.monotonicNow() + duration
        state.withLock { $0.until = max($0.until, until) }
    }

    /// The shutdown is over: nothing will happen any more.
    package func disarm() {
        state.withLock { $0.isDisarmed = true }
        wakeUp.signal()
    }

    private func keepTime() {
        while true {
            let (isOver, until) = state.withLock { ($0.isDisarmed, $0.until) }
            guard !isOver else { return }
            let left = SupervisionClock.monotonicNow().duration(to: until)
            guard left > .zero else { return action("shutdown took longer than \(total)") }
            wakeUp.wait(atMost: left)
        }
    }

    /// Writes the message to standard error and ends the process with `SupervisorError.exitStatus`.
    @Sendable package static func endProcess(_ message: String) {
        let line = Array("cryptocall: \(message)\n".utf8)
        // There is nothing left to do about an error here.
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(SupervisorError.exitStatus)
    }
}

extension WakeUp {
    /// Blocks this thread until a signal is pending or the time is over; takes no signal away.
    func wait(atMost duration: Duration) {
        // Rounded up, so that a wait of half a millisecond is not a busy loop.
        let milliseconds = max(1, (duration.nanosecondsSaturated - 1) / 1_000_000 + 1)
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&watched, 1, Int32(clamping: milliseconds))
    }
}

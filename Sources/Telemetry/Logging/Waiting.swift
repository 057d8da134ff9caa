import Glibc
package import Threading

extension WakeUp {
    /// Waits for a signal.
    ///
    /// Blocks the calling thread.
    ///
    /// - Parameter limit: `nil` waits for ever.
    /// - Returns: whether a signal is pending.
    @discardableResult
    package func waits(atMost limit: Duration?) -> Bool {
        let clock = ContinuousClock()
        let deadline = limit.map { clock.now.advanced(by: $0) }
        while true {
            var set = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = deadline.map { WakeUp.milliseconds(clock.now.duration(to: $0)) } ?? -1
            let count = poll(&set, 1, milliseconds)
            if count > 0 { return true }
            // Interrupted by a signal: go on with what is left of the time.
            guard count == 0 || errno == EINTR else { return false }
            if let deadline, clock.now >= deadline { return false }
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        guard duration > .zero else { return 0 }
        let (seconds, attoseconds) = duration.components
        return Int32(
            clamping: min(seconds, 86_400) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        )
    }
}

/// Makes writing to a closed pipe an error (EPIPE) on this thread instead of the end of the process.
func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
}

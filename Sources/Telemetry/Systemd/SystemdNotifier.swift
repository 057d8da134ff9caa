import Glibc

/// Speaks to the service manager over `$NOTIFY_SOCKET`, without its library.
///
/// Outside a service there is nobody to speak to; every message is then skipped, and `isActive` and `reason` say so.
/// Safe from any thread. A send waits at most 200 ms, which takes a service manager that has stopped reading.
package final class SystemdNotifier: Sendable {
    private let address: UnixAddress?
    private let socket: UnixDatagramSocket
    /// Why nothing is sent, or `nil` when messages go out.
    package let reason: String?

    /// - Parameter environment: the process's environment; only `NOTIFY_SOCKET` is read.
    /// - Throws: `SystemCallError` when the process is out of descriptors.
    package init(environment: [String: String]) throws(SystemCallError) {
        socket = try UnixDatagramSocket(sendBufferSizeBytes: 1 << 16, sendTimeoutMilliseconds: 200)
        guard let text = environment["NOTIFY_SOCKET"], !text.isEmpty else {
            address = nil
            reason = "NOTIFY_SOCKET is not set: not started by a service manager"
            return
        }
        address = UnixAddress(text)
        reason = address == nil ? "NOTIFY_SOCKET is neither a path nor an abstract name: \(text)" : nil
    }

    /// Whether there is a service manager to speak to.
    package var isActive: Bool { address != nil }

    /// Tells all of it in one datagram, so that the manager sees it at once.
    ///
    /// - Returns: `false` when there is nobody to tell.
    /// - Throws: `SystemCallError` when the manager's socket does not take it.
    @discardableResult
    package func send(_ states: SystemdState...) throws(SystemCallError) -> Bool {
        guard let address else { return false }
        try socket.send([UInt8](states.map(\.text).joined(separator: "\n").utf8), to: address)
        return true
    }

    /// Tells that a reload has begun now.
    ///
    /// Newer managers need the time to tell it from an earlier one.
    @discardableResult
    package func sendReloading(status: String) throws(SystemCallError) -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        return try send(.reloading(monotonicMicroseconds: microseconds), .status(status))
    }

    /// What a child process must not inherit: it would speak, or take sockets, in the daemon's name.
    package static let privateVariables = [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    ]
}

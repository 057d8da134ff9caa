/// How often the service manager wants a sign of life, and how often it gets one.
package struct WatchdogInterval: Hashable, Sendable {
    /// After this long without a sign the service is killed.
    package let timeout: Duration

    /// How often to give one: three times within the limit, whatever the limit is, so that two may be late.
    package var period: Duration { timeout / 3 }

    package init(timeout: Duration) { self.timeout = timeout }
}

/// Whether the watchdog is on for this process.
package enum WatchdogSetting: Hashable, Sendable {
    case on(WatchdogInterval)
    /// It is not, and why.
    case off(reason: String)

    /// Reads `WATCHDOG_USEC` and `WATCHDOG_PID`.
    ///
    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - processID: the own process id; the settings may be meant for another process.
    package init(environment: [String: String], processID: Int32) {
        guard let text = environment["WATCHDOG_USEC"] else {
            self = .off(reason: "WATCHDOG_USEC is not set")
            return
        }
        guard let microseconds = Int64(text), microseconds > 0 else {
            self = .off(reason: "WATCHDOG_USEC is not a positive number: \(text)")
            return
        }
        if let owner = environment["WATCHDOG_PID"], Int32(owner) != processID {
            self = .off(reason: "WATCHDOG_PID names another process: \(owner)")
            return
        }
        self = .on(WatchdogInterval(timeout: .microseconds(microseconds)))
    }
}

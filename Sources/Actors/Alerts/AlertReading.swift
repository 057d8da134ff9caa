/// What alerts are about.
package enum AlertQuantity: String, Hashable, Sendable, CaseIterable {
    /// Seconds for which the station's health has been failing.
    case failingSeconds = "health"
    /// Per cent of the answers of the last minutes that were errors of the station.
    case errorPercent = "errors"
    /// Jobs that could run and wait, in the deepest queue.
    case queueDepth = "queue-depth"
    /// Minutes without a new signal.
    case signalSilenceMinutes = "signals"
    /// Seconds without output.
    case offAirSeconds = "off-air"
    /// Seconds that the slowest provider took to answer.
    case providerSeconds = "provider-latency"
    /// Providers of models that refuse our key, or where our money is gone.
    case shutProviders = "provider-account"
    /// Accounts that may spend nothing until somebody has looked at them.
    case pausedAccounts = "spending-paused"
    /// Per cent by which a thousand tokens of a model have become dearer.
    case costRisePercent = "model-cost"
    /// Per cent by which credits are spent faster than before.
    case burnRisePercent = "burn-rate"
    /// Per cent of the disk that is free.
    case diskFreePercent = "disk"
}

/// One measurement.
package enum AlertReading: Hashable, Sendable {
    /// In the quantity's unit, and what it was measured at, such as a queue's name.
    case value(Double, of: String? = nil)
    /// It cannot be measured now, and why: neither good nor bad.
    case missing(String)
}

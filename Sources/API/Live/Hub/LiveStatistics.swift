/// What the hub has done since the daemon started, and how many clients it has.
package struct LiveStatistics: Hashable, Sendable {
    /// Open connections.
    package var clients: [LiveKind: Int] = [:]
    /// Messages that were handed to connections.
    package var delivered: [LiveKind: UInt64] = [:]
    /// Messages that slow clients lost: older states, and data; what the hub itself missed is not in it.
    package var lost = LiveLosses()
    /// Connections that ended, by reason.
    package var ended: [LiveEnding: UInt64] = [:]
    /// Connections that were refused, because there were too many `total` or from one `address`.
    package var refused: [String: UInt64] = [:]
    /// Events of the log that were sent again.
    package var replayed: UInt64 = 0
    /// Events that came faster than the hub could hand them out; those that must not be lost are read from the log.
    package var missed: UInt64 = 0
    /// Events that could not be encoded.
    package var encodingFailures: UInt64 = 0
    /// Times that the log could not be read for a client; it is tried again.
    package var readFailures: UInt64 = 0
}

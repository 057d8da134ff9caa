/// Opens the streams of exchanges: what the market needs of a network, whichever it is.
package protocol StreamTransport: Sendable {
    /// Opens a stream, and stays until it has ended; cancelling the task ends it.
    ///
    /// - Parameters:
    ///   - address: where, as a `ws` or `wss` URL.
    ///   - opened: called once, when something may be asked for.
    ///   - receive: called with one message after the other, off the concurrency pool: nothing more is read until it has
    ///     returned, so it must not wait for anything.
    /// - Returns: why it has ended.
    func run(
        _ address: String,
        opened: @escaping @Sendable (any StreamLine) -> Void,
        receive: @escaping @Sendable ([UInt8]) -> Void
    ) async -> StreamEnding
}

/// What may be done with an open stream, from any thread.
package protocol StreamLine: Sendable {
    func send(_ text: String)

    /// Ends it in order.
    func close()
}

/// Why a stream has ended, or was never open.
package struct StreamEnding: Hashable, Sendable {
    /// In words for an operator.
    package let reason: String
    /// Whether trying again changes nothing, as long as the settings stay as they are.
    package let isUnavailable: Bool
    /// How long the exchange wants to be left alone.
    package let retryAfter: Duration?

    package init(_ reason: String, isUnavailable: Bool = false, retryAfter: Duration? = nil) {
        self.reason = reason
        self.isUnavailable = isUnavailable
        self.retryAfter = retryAfter
    }
}

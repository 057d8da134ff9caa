/// Where records end: the journal, a terminal, a pipe.
///
/// Only the writer thread calls it, one batch at a time, and it may block there as long as it must.
package protocol LogSink: Sendable {
    /// Writes the records in order.
    ///
    /// - Returns: how many could not be written anywhere.
    func write(_ records: [LogRecord]) -> Int
}

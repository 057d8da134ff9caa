import Glibc

/// Writes records to the systemd journal in its native protocol.
///
/// An entry too large for a datagram goes as a sealed anonymous file, so it is never split. When the journal's socket
/// cannot be reached, the record goes to the fallback (standard error, which the service manager reads).
package final class JournalSink: LogSink {
    private let socket: UnixDatagramSocket
    private let address: UnixAddress
    private let identifier: String
    private let fallback: any LogSink

    /// Where journald listens.
    package static let standardPath = "/run/systemd/journal/socket"
    /// As large as journald's own library asks for.
    package static let sendBufferSizeBytes: Int32 = 8 << 20

    /// - Parameters:
    ///   - identifier: the program's name in the journal.
    ///   - fallback: gets what the journal does not take.
    ///   - address: where the journal listens.
    ///   - sendBufferSizeBytes: above about this size an entry is sent as a file.
    /// - Throws: `SystemCallError` when the process is out of descriptors.
    package init(
        identifier: String,
        fallback: any LogSink,
        address: UnixAddress,
        sendBufferSizeBytes: Int32 = JournalSink.sendBufferSizeBytes
    ) throws(SystemCallError) {
        socket = try UnixDatagramSocket(sendBufferSizeBytes: sendBufferSizeBytes)
        self.address = address
        self.identifier = identifier
        self.fallback = fallback
    }

    package func write(_ records: [LogRecord]) -> Int {
        var refused: [LogRecord] = []
        for record in records {
            do throws(SystemCallError) {
                try send(JournalEntry(record, identifier: identifier).bytes)
            } catch {
                var record = record
                record.fields.append(LogField("journal_error", error.description))
                refused.append(record)
            }
        }
        return refused.isEmpty ? 0 : fallback.write(refused)
    }

    private func send(_ entry: [UInt8]) throws(SystemCallError) {
        do throws(SystemCallError) {
            try socket.send(entry, to: address)
        } catch  where error.code == EMSGSIZE || error.code == ENOBUFS {
            try socket.sendSealed(entry, to: address)
        }
    }
}

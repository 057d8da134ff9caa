import NIOCore

/// The connection to one client, as far as the client's own logic needs it; on the client's event loop.
protocol LiveLine: AnyObject {
    /// Whether there is room to write; once there is again, the line calls the client's `drain`.
    var isWritable: Bool { get }
    func write(_ bytes: ByteBuffer)
    /// Sends what was written.
    func flush()
    /// Sends what was written, and closes.
    func finish()
    /// Closes at once.
    func cut()
}

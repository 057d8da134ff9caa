import Glibc
import Threading

/// SIGINT, SIGTERM and SIGHUP as an event to wait for, so that a command ends in order.
enum Interrupts {
    /// Takes the signals over and yields once for each; the thread that waits for them ends with the program.
    ///
    /// - Throws: `CommandFailure` when the system refuses.
    static func stream() throws(CommandFailure) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        do {
            let signals = try SignalPipe([SIGINT, SIGTERM, SIGHUP])
            _ = try OSThread(name: "signals") {
                while let signal = signals.next() { continuation.yield(signal) }
                continuation.finish()
            }
        } catch {
            throw CommandFailure(.software, "\(error)")
        }
        return stream
    }
}

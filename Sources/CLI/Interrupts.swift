import Glibc
import Threading

/// A command that ends in order on ctrl-C.
protocol Interruptible {}

/// SIGINT, SIGTERM and SIGHUP as an event to wait for.
enum Interrupts {
    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, signal) }
        return set
    }

    /// Must come before any other thread starts: threads inherit what is blocked.
    static func block() {
        var set = signals
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Yields once for each signal; the thread that waits for them ends with the program.
    ///
    /// - Throws: `CommandFailure` when the system refuses a thread.
    static func stream() throws(CommandFailure) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        do {
            _ = try OSThread(name: "signals") {
                var set = signals
                var signal: Int32 = 0
                while sigwait(&set, &signal) == 0 { continuation.yield(signal) }
            }
        } catch {
            throw CommandFailure(.software, "\(error)")
        }
        return stream
    }
}

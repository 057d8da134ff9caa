import Glibc
import Threading

/// The signals that operate the daemon, taken by a thread of their own.
///
/// Those that the Swift runtime uses for its backtraces (SIGQUIT, SIGABRT, SIGUSR1 …) are left alone.
final class ProcessSignals: Sendable {
    enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP.
        case reload
    }

    private let thread: OSThread

    /// Starts waiting.
    ///
    /// - Parameter handle: called on the waiting thread, for every signal; must not block.
    /// - Throws: `ThreadError` when the system refuses a thread.
    init(_ handle: @escaping @Sendable (Request) -> Void) throws(ThreadError) {
        try AbortSignal.endsProcess()
        let pipe = try SignalPipe([SIGTERM, SIGINT, SIGHUP])
        // A peer that goes away is an error of that write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // The thread lives as long as the process: there is nothing to give back, and no moment without signals.
        thread = try OSThread(name: "signals") {
            while let number = pipe.next() { handle(number == SIGHUP ? .reload : .stop) }
        }
    }
}

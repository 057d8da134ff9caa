internal import CThreading
import Glibc

/// Signals as bytes to read, for one thread that waits for them.
///
/// A handler and not a blocked mask: libdispatch parks the main thread with nothing blocked, and the system would deliver
/// the signal there.
public struct SignalPipe: Sendable {
    private let descriptor: Int32

    /// Takes the signals over for the rest of the process; once.
    ///
    /// - Parameter signals: their numbers.
    /// - Throws: `ThreadError` when the system refuses.
    public init(_ signals: [Int32]) throws(ThreadError) {
        descriptor = cthreading_signal_pipe(signals, Int32(signals.count))
        guard descriptor >= 0 else { throw ThreadError(code: errno) }
    }

    /// Waits for the next signal; blocks.
    ///
    /// - Returns: its number, or `nil` when the pipe is broken.
    public func next() -> Int32? {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 { return Int32(byte) }
            guard count < 0, errno == EINTR else { return nil }
        }
    }
}

/// What happens when the process is aborted.
public enum AbortSignal {
    /// Makes sure that SIGABRT ends the process after its backtrace, also when it comes from outside; once, early.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    public static func endsProcess() throws(ThreadError) {
        guard cthreading_abort_ends_process() == 0 else { throw ThreadError(code: errno) }
    }
}

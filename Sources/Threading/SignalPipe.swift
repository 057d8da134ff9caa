internal import CThreading
import Glibc

/// Signals as bytes to read, for one thread that waits for them.
///
/// A handler and not a blocked mask: the threads of libdispatch unblock what they like, and the system then delivers the
/// signal there.
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

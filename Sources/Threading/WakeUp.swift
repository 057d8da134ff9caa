internal import CThreading
import Glibc

/// Wakes a thread that waits in `poll`: an eventfd that any thread may signal.
public final class WakeUp: Sendable {
    /// Readable while a signal is pending; for the poll set of the one thread that waits.
    public let descriptor: Int32

    /// - Throws: `ThreadError` when the process is out of descriptors.
    public init() throws(ThreadError) {
        descriptor = cthreading_eventfd()
        guard descriptor >= 0 else { throw ThreadError(code: errno) }
    }

    deinit { close(descriptor) }

    /// Makes the descriptor readable.
    ///
    /// Any thread may call this; several signals before a `drain` count as one.
    public func signal() {
        var one: UInt64 = 1
        // A full counter (EAGAIN) means that a signal is pending already, so the result does not matter.
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Takes the pending signal, so that the descriptor is readable again only after the next one.
    public func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }
}

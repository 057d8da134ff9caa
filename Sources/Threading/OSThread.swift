internal import CThreading
import Glibc

/// A plain operating-system thread, for work that blocks.
///
/// The concurrency pool has one thread per core and never grows, so anything that waits in a system call (sockets,
/// SQLite, libcurl, the watchdog) runs on one of these instead. The body ends the thread by returning; it is the
/// owner's business to tell it to, and then to `join`.
public final class OSThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// Starts a thread that runs `body` once.
    ///
    /// - Parameters:
    ///   - name: what `top -H` and a debugger show; the kernel keeps the first 15 bytes.
    ///   - body: the thread's whole life.
    /// - Throws: `ThreadError` when the system refuses another thread.
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                cthreading_name_current(String(start.name.utf8.prefix(15)) ?? "cryptocall")
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            start.release()
            throw ThreadError(code: code)
        }
        handle = Mutex(thread)
    }

    deinit {
        // Nobody joined: let the system free the thread's stack when it ends.
        if let thread = handle.withLock({ $0 }) { pthread_detach(thread) }
    }

    /// Waits until the body has returned.
    ///
    /// Blocks, so it is for the end of a program and for tests.
    public func join() {
        let thread = handle.withLock { state -> pthread_t? in
            defer { state = nil }
            return state
        }
        if let thread { pthread_join(thread, nil) }
    }
}

/// The system refused to start a thread.
public struct ThreadError: Error, CustomStringConvertible {
    /// The `errno` value that `pthread_create` returned.
    public let code: Int32
    public var description: String { "cannot start a thread: \(String(cString: strerror(code)))" }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

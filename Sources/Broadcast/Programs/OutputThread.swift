import Glibc
import Threading

/// A thread for an output's whole life, which waits in `poll` and is woken to stop.
///
/// SIGPIPE is blocked in it: a pipe or a socket whose other end is gone is an error of `write`, and no reason to end
/// the process.
final class OutputThread: Sendable {
    let wakeUp: WakeUp
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<OSThread?>(nil)

    init() throws(ThreadError) { wakeUp = try WakeUp() }

    /// Whether the body is to return.
    var mustStop: Bool { isStopping.load(ordering: .acquiring) }

    /// Starts the thread; once.
    ///
    /// - Throws: `ThreadError` when the system refuses.
    func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        let started = try OSThread(name: name) {
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            body()
        }
        thread.withLock { $0 = started }
    }

    /// Tells the body to end.
    func askToStop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
    }

    /// Waits until it has ended; blocks.
    func join() { thread.withLock { $0.take() }?.join() }

    /// Waits for one of these, a signal or the time.
    ///
    /// - Parameters:
    ///   - descriptors: get their `revents`; negative ones are not looked at.
    ///   - timeout: at most so long.
    func wait(_ descriptors: inout [pollfd], timeout: Duration) {
        descriptors.append(pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0))
        // Rounded up, so that a wait does not end just before its time and begins again for nothing.
        let milliseconds = max(0, min((timeout / .microseconds(1) + 999) / 1000, 60_000))
        let ready = poll(&descriptors, nfds_t(descriptors.count), Int32(milliseconds))
        let own = descriptors.removeLast()
        if ready <= 0 {
            for index in descriptors.indices { descriptors[index].revents = 0 }
        } else if own.revents != 0 {
            wakeUp.drain()
        }
    }

    /// Waits for a signal or the time.
    func wait(_ timeout: Duration) {
        var none: [pollfd] = []
        wait(&none, timeout: timeout)
    }
}

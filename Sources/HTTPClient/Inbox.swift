import CCurl
import Threading

/// Where callers leave work for libcurl's thread, and what wakes that thread up.
final class Inbox: Sendable {
    enum Command {
        case start(Transfer)
        /// The buffer has room again.
        case proceed(Transfer)
        /// The caller gave up.
        case abandon(Transfer)
    }

    fileprivate struct State {
        var commands: [Command] = []
        /// Set only while the thread sleeps or is about to, so that a busy thread costs no system call.
        var sleeper: MultiHandle?
        var isClosed = false
        var hasEnded = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let outstanding = Atomic<Int>(0)
    private let outstandingMax: Int

    /// - Parameter outstandingMax: how many transfers may be started and not settled.
    init(outstandingMax: Int) { self.outstandingMax = outstandingMax }

    /// Hands over a new transfer.
    ///
    /// - Throws: `overloaded` or `closed`.
    func start(_ transfer: Transfer) throws(HTTPClientError) {
        guard outstanding.add(1, ordering: .relaxed).newValue <= outstandingMax else {
            settle()
            throw HTTPClientError(.overloaded, "\(outstandingMax) requests run or wait already")
        }
        guard post(.start(transfer)) else {
            settle()
            throw HTTPClientError(.closed, "the client is shut down")
        }
    }

    /// Leaves a command, in order; false when the thread takes none any more.
    @discardableResult
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            state.wake()
            return true
        }
    }

    /// Tells the thread to end; commands that are there already are still taken.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.wake()
        }
    }

    /// Returns when the thread has closed its last connection.
    func ended() async {
        await withCheckedContinuation { closer in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.closers.append(closer) }
                return state.hasEnded
            }
            if hasEnded { closer.resume() }
        }
    }

    // MARK: The thread's side

    /// Moves all commands into an empty array; false when there are none and none will come.
    func take(into commands: inout [Command]) -> Bool {
        state.withLock { state in
            state.sleeper = nil
            swap(&state.commands, &commands)
            return !commands.isEmpty || !state.isClosed
        }
    }

    /// Whether the thread may sleep on the handle; false when work came meanwhile.
    func maySleep(on multi: MultiHandle) -> Bool {
        state.withLock { state in
            guard state.commands.isEmpty, !state.isClosed else { return false }
            state.sleeper = multi
            return true
        }
    }

    /// A transfer got its end.
    func settle() { outstanding.subtract(1, ordering: .relaxed) }

    /// The thread is done.
    func reportEnd() {
        let closers = state.withLock { state in
            state.hasEnded = true
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }
}

extension Inbox.State {
    /// Called under the lock: the thread lets go of the handle under it too, so it is valid here.
    fileprivate mutating func wake() {
        sleeper?.wake()
        sleeper = nil
    }
}

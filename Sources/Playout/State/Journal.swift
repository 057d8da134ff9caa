import Glibc
package import Telemetry
package import Threading

/// The file that keeps the state, written by a thread of its own.
///
/// Whoever hands over a change goes on at once, and hears by `written` when it is in the file. Changes that come together
/// are written together. The file begins with the whole state, and is begun anew when it has grown.
package final class Journal: Sendable {
    private struct Pending {
        var lines: [UInt8] = []
        var isDurable = false
        /// The number of the newest change in `lines`, or of the snapshot.
        var sequence: UInt64 = 0
        var snapshot: StationState?
        var isClosing = false
        /// Whether changes were left out because too many waited; only a new snapshot makes up for them.
        var hasLoss = false
    }

    /// Above this size the file is begun anew.
    package static let sizeBytesMax = 512 << 10
    /// How many bytes may wait for a disk that hangs; what comes then is not kept, and `failure` says so.
    private static let pendingBytesMax = 8 << 20

    private let path: String
    private let pending = Mutex(Pending())
    private let wakeUp: WakeUp
    private let writtenSequence = Atomic<UInt64>(0)
    private let sizeBytes = Atomic<Int>(0)
    private let failed = Mutex<String?>(nil)
    private let thread = Mutex<OSThread?>(nil)
    private let onWritten: @Sendable () -> Void

    /// What a journal held at the start.
    package struct Opened: Sendable {
        package let state: StationState
        /// Why not all of it could be read, or `nil`.
        package let damage: String?
    }

    /// Reads what the last run left.
    ///
    /// - Parameter path: a file that may not exist.
    /// - Returns: the state, a new one where there is none.
    /// - Throws: `SystemCallError` when the file is there but cannot be read.
    package static func read(_ path: String) throws(SystemCallError) -> Opened {
        guard let bytes = try JournalFile.read(path) else { return Opened(state: StationState(), damage: nil) }
        guard let (held, isDamaged) = JournalText.read(bytes) else {
            // Kept for whoever wants to look; the station has to start.
            guard rename(path, path + ".damaged") == 0 else { throw SystemCallError("rename \(path)") }
            return Opened(state: StationState(), damage: "its first line cannot be read; it was renamed to .damaged")
        }
        var state = held
        state.order.forgetLeaving()
        return Opened(state: state, damage: isDamaged ? "its end cannot be read" : nil)
    }

    /// Begins the file anew with this state, and starts the thread.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - state: what it begins with.
    ///   - onWritten: called on the thread after each write.
    /// - Throws: `ThreadError` when the system refuses a thread.
    package init(path: String, state: StationState, onWritten: @escaping @Sendable () -> Void) throws(ThreadError) {
        self.path = path
        self.onWritten = onWritten
        wakeUp = try WakeUp()
        pending.withLock { $0.snapshot = state }
        let thread = try OSThread(name: "journal") { self.run() }
        self.thread.withLock { $0 = thread }
        wakeUp.signal()
    }

    /// The number of the newest change that is in the file.
    package var written: UInt64 { writtenSequence.load(ordering: .acquiring) }

    /// Why the file cannot be written, while it cannot.
    package var failure: String? { failed.withLock { $0 } }

    /// Whether the file should begin anew.
    package var isLong: Bool { sizeBytes.load(ordering: .relaxed) > Journal.sizeBytesMax }

    /// Hands over a change.
    ///
    /// - Returns: its number.
    package func append(_ change: StateChange) -> UInt64 {
        let line: [UInt8]
        do {
            line = try JournalText.line(change)
        } catch {
            failed.withLock { $0 = "a change cannot be encoded: \(error)" }
            return written
        }
        let sequence = pending.withLock { pending in
            pending.sequence += 1
            if pending.lines.count + line.count <= Journal.pendingBytesMax, !pending.hasLoss {
                pending.lines.append(contentsOf: line)
                pending.isDurable = pending.isDurable || change.isDurable
            } else {
                pending.hasLoss = true
            }
            return pending.sequence
        }
        wakeUp.signal()
        return sequence
    }

    /// Begins the file anew with the state that all changes so far have led to.
    package func rewrite(_ state: StationState) {
        pending.withLock { pending in
            pending.snapshot = state
            pending.lines.removeAll(keepingCapacity: true)
            pending.hasLoss = false
        }
        sizeBytes.store(0, ordering: .relaxed)
        wakeUp.signal()
    }

    /// Writes what is left and ends the thread; blocks until then.
    package func close() {
        pending.withLock { $0.isClosing = true }
        wakeUp.signal()
        thread.withLock { $0.take() }?.join()
    }

    private func run() {
        let file = JournalFile(path: path)
        while true {
            let (work, isClosing) = pending.withLock { pending -> (Pending, Bool) in
                let taken = pending
                pending.lines = []
                pending.isDurable = false
                pending.snapshot = nil
                return (taken, taken.isClosing)
            }
            let hasWork = work.snapshot != nil || !work.lines.isEmpty
            if hasWork { write(work, to: file) }
            if isClosing, !hasWork { return }
            var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            if !isClosing, poll(&descriptor, 1, -1) > 0 { wakeUp.drain() }
        }
    }

    private func write(_ work: Pending, to file: JournalFile) {
        defer { onWritten() }
        // Without a beginning changes mean nothing; `failure` says why there is none, and the next snapshot is one.
        guard work.snapshot != nil || file.isOpen else { return }
        do {
            if let snapshot = work.snapshot {
                try file.replace(with: JournalText.line(snapshot))
            }
            try file.append(work.lines, isDurable: work.isDurable)
            if work.hasLoss { throw SystemCallError("write \(path)", code: ENOBUFS) }
            sizeBytes.store(file.sizeBytes, ordering: .relaxed)
            failed.withLock { $0 = nil }
            writtenSequence.store(work.sequence, ordering: .releasing)
        } catch {
            // Whoever waits for the change is told; the next write begins a new file, so that nothing is missing there.
            failed.withLock { $0 = "\(error)" }
            sizeBytes.store(Journal.sizeBytesMax + 1, ordering: .relaxed)
        }
    }
}

import Glibc
import Threading

/// Writes lines to a descriptor from a thread of its own, because a terminal or a pipe may block.
final class LineWriter: Sendable {
    private struct State {
        var lines: [String] = []
        var dropped = 0
        var isClosed = false
    }

    /// Lines that may wait; when nobody reads the pipe, newer ones are dropped.
    private static let linesMax = 256

    private let descriptor: Int32
    private let state = Mutex(State())
    private let wakeUp: WakeUp
    private let thread = Mutex<OSThread?>(nil)

    /// - Throws: `ThreadError` when the system refuses a thread.
    init(descriptor: Int32) throws(ThreadError) {
        self.descriptor = descriptor
        wakeUp = try WakeUp()
        let thread = try OSThread(name: "terminal") { [self] in work() }
        self.thread.withLock { $0 = thread }
    }

    /// Queues one line; control characters in it are shown as spaces, because the text may come from outside.
    func write(_ line: String) {
        let safe = String(String.UnicodeScalarView(line.unicodeScalars.map { $0.properties.isControl ? " " : $0 }))
        state.withLock { state in
            guard !state.isClosed else { return }
            if state.lines.count < Self.linesMax { state.lines.append(safe) } else { state.dropped += 1 }
        }
        wakeUp.signal()
    }

    /// Ends the thread once what is queued has been written.
    ///
    /// Does not wait for it: the reader may have stopped reading.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeUp.signal()
    }

    private func work() {
        while true {
            var watched = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&watched, 1, -1)
            wakeUp.drain()
            let (lines, dropped, isClosed) = state.withLock { state -> ([String], Int, Bool) in
                defer {
                    state.lines = []
                    state.dropped = 0
                }
                return (state.lines, state.dropped, state.isClosed)
            }
            for line in lines where !put(line + "\n") { return }
            if dropped > 0, !put("(\(dropped) lines were not shown)\n") { return }
            if isClosed { return }
        }
    }

    /// - Returns: `false` when nobody can read any more.
    private func put(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR, errno != EAGAIN { return false }
        }
        return true
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}

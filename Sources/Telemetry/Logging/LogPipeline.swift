import Logging
package import Threading

/// The way of a record from a log call to its sink: a bounded queue and one thread that empties it.
///
/// A log call never waits for the sink. When the queue is full the record is dropped and counted, and the writer says
/// how many were lost once it gets on. The last eighth of the room is kept for warnings and worse. Order is that of the
/// calls.
package final class LogPipeline: Sendable {
    private let state: Mutex<LogQueue>
    private let wake: WakeUp
    /// Signalled once, when the writer has written its last record.
    private let ended: WakeUp
    private let sink: any LogSink
    /// What was written last.
    package let recent = RecentLogs()
    private let redactor: Redactor
    private let now: @Sendable () -> LogTime
    private let writer = Mutex<OSThread?>(nil)

    /// Starts the writer thread.
    ///
    /// - Throws: `ThreadError` when the system has no more threads or descriptors.
    package init(
        sink: any LogSink,
        redactor: Redactor,
        limits: LogQueueLimits = LogQueueLimits(),
        now: @escaping @Sendable () -> LogTime = LogTime.now
    ) throws(ThreadError) {
        state = Mutex(LogQueue(limits: limits))
        wake = try WakeUp()
        ended = try WakeUp()
        self.sink = sink
        self.redactor = redactor
        self.now = now
        let thread = try OSThread(name: "log-writer") { [self] in run() }
        writer.withLock { $0 = thread }
    }

    /// The records written, dropped, held back and failed since the start.
    package var statistics: LogStatistics { state.withLock { $0.statistics } }

    /// The time for a record made now.
    package var time: LogTime { now() }

    /// Hands a record over.
    ///
    /// Never blocks on the sink.
    package func append(_ record: consuming LogRecord) {
        let wakes = state.withLock { $0.append(record) }
        if wakes { wake.signal() }
    }

    /// Waits until everything appended before the call has been written.
    ///
    /// Blocks: for the end of a program.
    ///
    /// - Returns: `false` when the time ran out first.
    @discardableResult
    package func flush(within limit: Duration) -> Bool {
        // Out of descriptors there is nothing to wait with, and `false` says that nothing is known.
        guard let done = try? WakeUp() else { return false }
        guard let ticket = state.withLock({ $0.addFlush(signalling: done) }) else { return true }
        wake.signal()
        if done.waits(atMost: limit) { return true }
        return state.withLock { $0.removeFlush(ticket) }
    }

    /// Writes what is waiting and ends the writer thread.
    ///
    /// Records appended later are dropped and counted.
    ///
    /// - Returns: `false` when the sink did not take everything in time; the thread is then left to itself.
    @discardableResult
    package func close(within limit: Duration) -> Bool {
        state.withLock { $0.isClosed = true }
        wake.signal()
        guard ended.waits(atMost: limit) else { return false }
        writer.withLock { thread -> OSThread? in
            defer { thread = nil }
            return thread
        }?.join()
        return true
    }

    private func run() {
        blockBrokenPipeSignal()
        while true {
            switch state.withLock({ $0.take(at: now()) }) {
            case .write(let taken):
                let failed = write(taken)
                let finished = state.withLock { $0.finish(taken, failed: failed) }
                for flush in finished { flush.signal() }
            case .sleep:
                wake.waits(atMost: nil)
                wake.drain()
            case .end:
                ended.signal()
                return
            }
        }
    }

    private func write(_ taken: LogQueue.Batch) -> Int {
        var records = taken.records
        records += taken.notices
        for index in records.indices { redactor.redact(&records[index]) }
        recent.keep(records)
        return records.isEmpty ? 0 : sink.write(records)
    }
}

package import Logging
import Threading

/// How much may wait for the log's writer.
package struct LogQueueLimits: Hashable, Sendable {
    /// Records that may wait.
    package var recordsMax: Int
    /// Their total size.
    package var sizeBytesMax: Int
    /// Debug and trace records that may pass at once, and per second.
    package var debugBurst: Int
    package var debugPerSecond: Int

    package init(
        recordsMax: Int = 8192,
        sizeBytesMax: Int = 8 << 20,
        debugBurst: Int = 2000,
        debugPerSecond: Int = 100
    ) {
        self.recordsMax = max(recordsMax, 1)
        self.sizeBytesMax = max(sizeBytesMax, 1)
        self.debugBurst = debugBurst
        self.debugPerSecond = debugPerSecond
    }
}

/// What became of the records since the start.
package struct LogStatistics: Hashable, Sendable {
    /// Records taken into the queue, by level.
    package var accepted: [Logger.Level: UInt64] = [:]
    /// Records handed to the sink and written.
    package var written: UInt64 = 0
    /// Records lost because the queue was full or closed.
    package var dropped: UInt64 = 0
    /// Debug records held back by the rate limit.
    package var suppressed: UInt64 = 0
    /// Records that the sink could not write.
    package var failed: UInt64 = 0
}

/// The bounded queue itself, as a value: it decides, `LogPipeline` locks and waits.
struct LogQueue: Sendable {
    /// What the writer is to do next.
    enum Step: Sendable {
        case write(Batch)
        case sleep
        case end
    }

    struct Batch: Sendable {
        var records: [LogRecord]
        /// Records about the log itself, written after the others.
        var notices: [LogRecord]
    }

    private struct Flush: Sendable {
        let ticket: UInt64
        let target: UInt64
        let done: WakeUp
    }

    let limits: LogQueueLimits
    var isClosed = false
    private(set) var statistics = LogStatistics()
    private var records: [LogRecord] = []
    private var sizeBytes = 0
    private var debugLimit: DebugRateLimit
    private var droppedUnreported: UInt64 = 0
    private var suppressedUnreported: UInt64 = 0
    private var suppressionReportedAt: Int64?
    private var writerSleeps = false
    private var appended: UInt64 = 0
    private var finished: UInt64 = 0
    private var flushes: [Flush] = []
    private var ticketLast: UInt64 = 0

    init(limits: LogQueueLimits) {
        self.limits = limits
        debugLimit = DebugRateLimit(burst: limits.debugBurst, perSecond: limits.debugPerSecond)
    }

    /// Takes a record in, or counts it as lost.
    ///
    /// - Returns: whether the writer has to be woken.
    mutating func append(_ record: LogRecord) -> Bool {
        if record.level <= .debug, !debugLimit.admits(atNanoseconds: record.time.monotonicNanoseconds) {
            statistics.suppressed += 1
            suppressedUnreported += 1
            return false
        }
        let size = record.sizeBytes
        guard !isClosed, hasRoom(for: size, at: record.level) else {
            statistics.dropped += 1
            droppedUnreported += 1
            return false
        }
        statistics.accepted[record.level, default: 0] += 1
        records.append(record)
        sizeBytes += size
        appended += 1
        defer { writerSleeps = false }
        return writerSleeps
    }

    /// What the writer does next; it calls this only when it has finished the last batch.
    mutating func take(at time: LogTime) -> Step {
        let notices = takeNotices(at: time)
        guard records.isEmpty, notices.isEmpty else {
            defer {
                records = []
                records.reserveCapacity(min(64, limits.recordsMax))
                sizeBytes = 0
            }
            return .write(Batch(records: records, notices: notices))
        }
        if isClosed { return .end }
        writerSleeps = true
        return .sleep
    }

    /// Counts a written batch.
    ///
    /// - Returns: the flushes that it completes.
    mutating func finish(_ batch: Batch, failed: Int) -> [WakeUp] {
        finished += UInt64(batch.records.count)
        let failed = min(failed, batch.records.count + batch.notices.count)
        statistics.failed += UInt64(failed)
        statistics.written += UInt64(batch.records.count + batch.notices.count - failed)
        let complete = flushes.filter { $0.target <= finished }
        flushes.removeAll { $0.target <= finished }
        return complete.map(\.done)
    }

    /// Registers a flush of everything appended so far.
    ///
    /// - Returns: `nil` when there is nothing to wait for.
    mutating func addFlush(signalling done: WakeUp) -> UInt64? {
        guard finished < appended else { return nil }
        ticketLast += 1
        flushes.append(Flush(ticket: ticketLast, target: appended, done: done))
        return ticketLast
    }

    /// Gives a flush up.
    ///
    /// - Returns: whether it had completed in the meantime.
    mutating func removeFlush(_ ticket: UInt64) -> Bool {
        let count = flushes.count
        flushes.removeAll { $0.ticket == ticket }
        return flushes.count == count
    }

    private func hasRoom(for size: Int, at level: Logger.Level) -> Bool {
        let kept = level >= .warning ? 0 : 1
        return records.count < limits.recordsMax - kept * (limits.recordsMax / 8)
            && sizeBytes + size <= limits.sizeBytesMax - kept * (limits.sizeBytesMax / 8)
    }

    private static let suppressionReportIntervalNanoseconds: Int64 = 5_000_000_000

    private mutating func takeNotices(at time: LogTime) -> [LogRecord] {
        var notices: [LogRecord] = []
        if droppedUnreported > 0 {
            notices.append(LogQueue.notice("log records dropped", droppedUnreported, .warning, time))
            droppedUnreported = 0
        }
        let sinceReport = suppressionReportedAt.map { time.monotonicNanoseconds - $0 }
        let mayReport = isClosed || (sinceReport.map { $0 >= LogQueue.suppressionReportIntervalNanoseconds } ?? true)
        if suppressedUnreported > 0, mayReport {
            notices.append(LogQueue.notice("debug records held back", suppressedUnreported, .notice, time))
            suppressedUnreported = 0
            suppressionReportedAt = time.monotonicNanoseconds
        }
        return notices
    }

    private static func notice(_ text: String, _ count: UInt64, _ level: Logger.Level, _ time: LogTime) -> LogRecord {
        LogRecord(
            time: time,
            level: level,
            label: "telemetry",
            message: text,
            fields: [LogField(LogKey.count, String(count))]
        )
    }
}

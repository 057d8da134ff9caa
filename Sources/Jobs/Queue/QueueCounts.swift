package import Bus
import Store

/// How many jobs of a queue wait and run.
package struct QueueCounts: Hashable, Sendable {
    package let queue: String
    package private(set) var scheduled = 0
    package private(set) var available = 0
    package private(set) var running = 0
    package private(set) var retryable = 0
    package private(set) var discarded = 0
    package internal(set) var pausedAt: Timestamp?
    package internal(set) var pausedBy: String?

    package init(queue: String) { self.queue = queue }

    /// Jobs that will still run by themselves.
    package var unfinished: Int { scheduled + available + running + retryable }

    mutating func add(_ number: Int, in state: String) {
        switch JobState(rawValue: state) {
        case .scheduled: scheduled += number
        case .available: available += number
        case .running: running += number
        case .retryable: retryable += number
        case .discarded: discarded += number
        case .completed, .cancelled, nil: break
        }
    }
}

/// The statements that count.
enum JobCountSQL {
    /// One part for each partial index, so that none of them reads a finished row.
    static let counts: SQL = """
        SELECT queue, 'available', count(*) FROM job WHERE state = 'available' AND limit_key IS NULL GROUP BY queue
        UNION ALL
        SELECT queue, 'available', count(*) FROM job WHERE state = 'available' AND limit_key IS NOT NULL GROUP BY queue
        UNION ALL
        SELECT queue, state, count(*) FROM job WHERE state IN ('scheduled', 'retryable') GROUP BY queue, state
        UNION ALL
        SELECT queue, 'running', count(*) FROM job WHERE state = 'running' GROUP BY queue
        UNION ALL
        SELECT queue, 'discarded', count(*) FROM job WHERE state = 'discarded' GROUP BY queue
        """
    static let paused: SQL = "SELECT name, paused_at, paused_by FROM job_queue WHERE paused_at IS NOT NULL"
}

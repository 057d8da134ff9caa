import Bus
import Store

extension Message {
    /// A row of `msg_id, read_ct, enqueued_at, vt, body, headers`.
    init(row: SQLRow) {
        id = row[0].integer ?? 0
        readCount = row[1].int ?? 0
        enqueuedAt = row[2].time ?? Timestamp(nanoseconds: 0)
        visibleAt = row[3].time ?? Timestamp(nanoseconds: 0)
        body = row[4].text ?? ""
        headers = row[5].text
    }
}

extension DeadLetter {
    /// A row of `msg_id, read_ct, enqueued_at, archived_at, body, reason`.
    init(row: SQLRow) {
        id = row[0].integer ?? 0
        readCount = row[1].int ?? 0
        enqueuedAt = row[2].time ?? Timestamp(nanoseconds: 0)
        archivedAt = row[3].time ?? Timestamp(nanoseconds: 0)
        body = row[4].text ?? ""
        reason = row[5].text ?? ""
    }
}

extension MessageQueueMetrics {
    /// A row of `queue, length, visible, newest, oldest, sent`.
    init(row: SQLRow) {
        queue = row[0].text ?? ""
        length = row[1].integer ?? 0
        visibleLength = row[2].integer ?? 0
        newestAgeSeconds = row[3].int
        oldestAgeSeconds = row[4].int
        sentCount = row[5].integer ?? 0
    }
}

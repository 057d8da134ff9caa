import Bus
import Store

extension JobRecord {
    /// The columns, in the order in which `init(row:)` reads them.
    static let columns = """
        job.id, job.queue, job.kind, job.state, job.priority, job.run_at, job.payload, job.limit_key, job.unique_key,
        job.attempt, job.attempt_max, job.lease_epoch, job.lease_until, job.worker, job.cancel_requested, job.nudges,
        job.parent, job.correlation, job.errors, job.result, job.inserted_at, job.attempted_at, job.finished_at
        """

    /// - Throws: `StoreError` with `.corrupt` for a row that is no job.
    init(row: SQLRow) throws(StoreError) {
        guard row.count == 23, let id = row[0].id, let queue = row[1].text, let kind = row[2].text,
            let state = row[3].text.flatMap(JobState.init), let runAt = row[5].time, let payload = row[6].text,
            let insertedAt = row[20].time
        else { throw StoreError(.corrupt, "job") }
        self.id = id
        self.queue = queue
        self.kind = kind
        self.state = state
        priority = row[4].int ?? 0
        self.runAt = runAt
        self.payload = payload
        limitKey = row[7].text
        uniqueKey = row[8].text
        attempt = row[9].int ?? 0
        attemptMax = row[10].int ?? 0
        leaseEpoch = row[11].integer ?? 0
        leaseUntil = row[12].time
        worker = row[13].id
        isCancelRequested = row[14].isTrue
        nudges = row[15].integer ?? 0
        parent = row[16].id
        correlation = row[17].id
        errors = try JobFailureRecord.list(row[18].text ?? "[]")
        result = row[19].text
        self.insertedAt = insertedAt
        attemptedAt = row[21].time
        finishedAt = row[22].time
    }

    static func list(_ rows: [SQLRow]) throws(StoreError) -> [JobRecord] {
        var records: [JobRecord] = []
        records.reserveCapacity(rows.count)
        for row in rows { records.append(try JobRecord(row: row)) }
        return records
    }
}

extension JobFailureRecord {
    /// As the statements write it.
    private struct Stored: Decodable {
        let at: Int64
        let attempt: Int
        let message: String
    }

    fileprivate static func list(_ json: String) throws(StoreError) -> [JobFailureRecord] {
        if json == "[]" { return [] }
        do {
            return try EventCodec.decode([Stored].self, from: json.utf8).map { stored in
                JobFailureRecord(
                    at: Timestamp(nanoseconds: stored.at),
                    attempt: stored.attempt,
                    message: stored.message
                )
            }
        } catch {
            throw StoreError(.corrupt, "job errors", detail: "\(error)")
        }
    }
}

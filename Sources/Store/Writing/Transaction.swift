package import Bus

/// What a unit of work may do inside its transaction.
///
/// Valid during its body only, on the writer's thread.
package struct Transaction: ~Copyable {
    private let writer: LogWriter
    private let author: Incarnation

    init(writer: LogWriter, author: Incarnation) {
        self.writer = writer
        self.author = author
    }

    /// The time at which rows of this unit say they were written.
    package var now: Timestamp { writer.now() }

    /// Logs an event.
    ///
    /// Subscribers get it once the transaction is committed.
    ///
    /// - Returns: its header, which holds if the unit commits.
    @discardableResult
    package mutating func append(
        _ event: some DurableEvent,
        causedBy cause: EnvelopeHeader? = nil
    ) throws(StoreError) -> EnvelopeHeader {
        try append(try PendingEvent(event, causedBy: cause))
    }

    /// Logs an event that has been encoded before.
    @discardableResult
    package mutating func append(_ event: PendingEvent) throws(StoreError) -> EnvelopeHeader {
        try writer.append(event, source: author.name)
    }

    /// Runs one statement that changes rows.
    ///
    /// - Returns: how many rows it changed.
    /// - Throws: `StoreError`; also for `COMMIT` and its like, because the transaction is not the unit's alone.
    @discardableResult
    package mutating func execute(_ sql: SQL, _ arguments: [SQLValue] = []) throws(StoreError) -> Int {
        try run([BoundStatement(sql, arguments, rowsMax: .max)])[0].changedCount
    }

    /// Runs statements that do not need each other's answers, all of them or none.
    ///
    /// A database server gets them together, so that they wait for its answer once.
    ///
    /// - Parameter statements: at most 64.
    /// - Returns: what each of them answers.
    /// - Throws: `StoreError`; also for `COMMIT` and its like, because the transaction is not the unit's alone.
    package mutating func run(_ statements: [BoundStatement]) throws(StoreError) -> [StatementAnswer] {
        guard statements.count <= 64 else { throw StoreError(.tooLarge, "statements") }
        for statement in statements { try RefusedVerbs.forChanges.check(statement.sql) }
        return try writer.connection.run(statements)
    }

    /// Reads rows, as this transaction sees them.
    ///
    /// - Throws: `StoreError` with `.tooLarge` when there are more than `limit`.
    package func rows(_ sql: SQL, _ arguments: [SQLValue] = [], limit: Int = 10_000) throws(StoreError) -> [SQLRow] {
        try RefusedVerbs.forReading.check(sql)
        return try writer.connection.run([BoundStatement(sql, arguments, rowsMax: limit)])[0].rows
    }

    /// Notes that a consumer has handled everything up to an offset.
    ///
    /// Never moves back.
    package mutating func saveCursor(_ key: CursorKey, offset: UInt64) throws(StoreError) {
        try execute(
            SQL.saveCursor,
            [.text(key.text), .integer(Int64(clamping: offset)), .integer(now.nanoseconds)]
        )
    }

    /// Writes one line of the audit log.
    package mutating func record(_ activity: Activity) throws(StoreError) {
        try execute(
            SQL.insertActivity,
            [
                .integer(activity.time.nanoseconds), .text(activity.caller), .text(activity.role),
                .text(activity.action), SQLValue(activity.target), .text(activity.outcome), SQLValue(activity.detail),
            ]
        )
    }

    /// Stores a named value.
    package mutating func set<Value>(_ key: SettingKey<Value>, to value: Value) throws(StoreError) {
        let json: [UInt8]
        do {
            json = try EventCodec.encode(value)
        } catch {
            throw StoreError(.failed, key.name, detail: "\(error)")
        }
        let text = String(decoding: json, as: UTF8.self)
        try execute(SQL.saveSetting, [.text(key.name), .text(text), .integer(now.nanoseconds)])
    }

    /// Removes one batch of what a policy does not keep.
    package mutating func prune(_ policy: RetentionPolicy, at time: Timestamp) throws(StoreError) -> PruneReport {
        let limit = max(1, policy.batchCountMax)
        let activities = try execute(
            SQL.pruneActivities,
            [.integer(time.advanced(by: Activity.keptFor * -1).nanoseconds), .integer(Int64(limit))]
        )
        let position = writer.assigner.position
        let oldest = try rows(
            SQL.oldestEvents,
            [.integer(Int64(position.oldest)), .integer(Int64(limit))],
            limit: limit
        )
        let candidates = oldest.map { row in
            RetentionPolicy.Candidate(
                offset: UInt64(clamping: row[0].integer ?? 0),
                time: Timestamp(nanoseconds: row[1].integer ?? 0),
                sizeBytes: UInt64(clamping: row[2].integer ?? 0) + UInt64(LogPosition.rowOverheadBytes)
            )
        }
        guard let removal = policy.removable(candidates, logSizeBytes: position.sizeBytes, at: time) else {
            return PruneReport(removed: activities, hasMore: activities == limit, position: position)
        }
        let removed = try execute(SQL.removeEvents, [.integer(Int64(removal.last))])
        writer.assigner.remove(throughOffset: removal.last, sizeBytes: removal.sizeBytes)
        let hasMore = activities == limit || removal.last == candidates.last?.offset && candidates.count == limit
        return PruneReport(removed: removed + activities, hasMore: hasMore, position: writer.assigner.position)
    }
}

extension Activity {
    /// How long the audit log is kept.
    ///
    /// A day more than the database insists on, so that clocks need not agree.
    static let keptFor = Duration.seconds(366 * 86_400)
}

extension SQL {
    static let saveCursor: SQL = """
        INSERT INTO consumer_cursor (consumer, log_offset, updated_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (consumer) DO UPDATE SET log_offset = excluded.log_offset, updated_at = excluded.updated_at
        WHERE consumer_cursor.log_offset < excluded.log_offset
        """
    static let insertActivity: SQL = """
        INSERT INTO activity_log (time, caller, role, action, target, outcome, detail)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
    static let saveSetting: SQL = """
        INSERT INTO settings (key, value, updated_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
        """
    static let pruneActivities: SQL = """
        DELETE FROM activity_log WHERE id IN (SELECT id FROM activity_log WHERE time < ?1 ORDER BY time LIMIT ?2)
        """
    static let oldestEvents = SQL(
        sqlite: """
            SELECT log_offset, time, length(CAST(payload AS BLOB)) FROM event_log
            WHERE log_offset >= ?1 ORDER BY log_offset LIMIT ?2
            """,
        postgres: """
            SELECT log_offset, time, octet_length(payload::text) FROM event_log
            WHERE log_offset >= $1 ORDER BY log_offset LIMIT $2
            """
    )
    static let removeEvents: SQL = "DELETE FROM event_log WHERE log_offset <= ?1"
    static let undoEvents: SQL = "DELETE FROM event_log WHERE log_offset > ?1"
}

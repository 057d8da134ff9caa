import Bus
import Store

/// The stored state of limits: small cells that are read, changed here, and written back if nobody else has meanwhile.
///
/// The stamp of a cell is a random number that changes with every write. Time is the database's own: a write also names
/// the stretch of time that the change was worked out for, and the database refuses it outside, so clocks of several
/// daemons need not agree.
struct LimitCells: Sendable {
    /// Times that a change is tried again because somebody else was first.
    static let attemptsMax = 32

    let store: any StatementRunner

    struct Cell: Sendable {
        /// `nil` when there is no such cell.
        let stamp: Int64?
        let bytes: [UInt8]
        /// The database's time when it was read.
        let readAt: Timestamp
    }

    func read(_ key: String) async throws(StoreError) -> Cell {
        guard let row = try await store.query(LimitCells.reading, [.text(key)]).first, let now = row[0].time else {
            throw StoreError(.corrupt, "limit_state")
        }
        return Cell(stamp: row[1].integer, bytes: row[2].blob ?? [], readAt: now)
    }

    /// The database's time; the cell of no subject says it too.
    func readTime() async throws(StoreError) -> Timestamp { try await read("").readAt }

    struct Change: Sendable {
        let key: String
        /// The stamp it was read with; `nil` when there was none.
        let from: Int64?
        let stamp: Int64
        let bytes: [UInt8]
        let expiresAt: Timestamp
        /// When it is true.
        let moment: Range<Timestamp>
    }

    /// - Returns: the database's time; `nil` when the cell or the time is another than expected.
    func write(_ change: Change) async throws(StoreError) -> Timestamp? {
        let arguments: [SQLValue] = [
            .text(change.key), .integer(change.stamp), .blob(change.bytes), SQLValue(change.expiresAt),
            change.from.map { .integer($0) } ?? .null, SQLValue(change.moment.lowerBound),
            SQLValue(change.moment.upperBound),
        ]
        return try await store.run(LimitCells.writing, arguments).first?[0].time
    }

    /// Removes a batch of cells that mean nothing any more, and of those that are nearest to it beyond `countMax`.
    ///
    /// - Returns: how many.
    func prune(countMax: Int, limit: Int = 1000) async throws(StoreError) -> Int {
        let expired = try await store.run(LimitCells.pruning, [SQLValue(limit)]).count
        guard expired < limit else { return expired }
        return expired + (try await store.run(LimitCells.shrinking, [SQLValue(countMax), SQLValue(limit)]).count)
    }

    private static let reading: SQL = """
        SELECT station_now(), s.stamp, s.state FROM (SELECT 1 AS one) o LEFT JOIN limit_state s ON s.key = ?1
        """
    /// Key, stamp, state, end, expected stamp, moment from and to.
    private static let writing = SQL(
        sqlite: """
            INSERT INTO limit_state (key, stamp, state, expires_at)
            SELECT ?1, ?2, ?3, ?4 WHERE station_now() >= ?6 AND station_now() < ?7
            ON CONFLICT (key) DO UPDATE SET stamp = excluded.stamp, state = excluded.state,
                expires_at = excluded.expires_at
            WHERE limit_state.stamp = ?5 RETURNING station_now()
            """,
        postgres: """
            INSERT INTO limit_state (key, stamp, state, expires_at)
            SELECT $1::text, $2::bigint, $3::bytea, $4::bigint
            WHERE station_now() >= $6::bigint AND station_now() < $7::bigint
            ON CONFLICT (key) DO UPDATE SET stamp = excluded.stamp, state = excluded.state,
                expires_at = excluded.expires_at
            WHERE limit_state.stamp = $5::bigint RETURNING station_now()
            """
    )
    private static let pruning: SQL = """
        DELETE FROM limit_state WHERE key IN (
            SELECT key FROM limit_state WHERE expires_at <= station_now() ORDER BY expires_at LIMIT ?1)
        RETURNING 1
        """
    private static let shrinking = SQL(
        sqlite: """
            DELETE FROM limit_state WHERE key IN (SELECT key FROM limit_state ORDER BY expires_at
                LIMIT min(?2, max(0, (SELECT count(*) FROM limit_state) - ?1)))
            RETURNING 1
            """,
        postgres: """
            DELETE FROM limit_state WHERE key IN (SELECT key FROM limit_state ORDER BY expires_at
                LIMIT least($2::bigint, greatest(0, (SELECT count(*) FROM limit_state) - $1::bigint)))
            RETURNING 1
            """
    )
}

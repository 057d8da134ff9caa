import Store

enum FilmSQL {
    private static let columns = """
        id, owner, title, form, scenes, state, progress_done, progress_total, failures, reason, result, size_bytes, \
        credits, created_at, started_at, ended_at
        """
    private static let open = "state IN ('waiting', 'speaking', 'drawing')"

    /// Arguments: id, owner, key, hash, script, title, form, scenes, credits, created at.
    static let insert: SQL = """
        INSERT INTO film
            (id, owner, request_key, script_hash, script, title, form, scenes, state, credits, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'waiting', ?9, ?10)
        """
    /// Arguments: owner, key.
    static let byKey: SQL = "SELECT id, script_hash FROM film WHERE owner = ?1 AND request_key = ?2"
    /// Arguments: owner.
    static let openCount = SQL(
        sqlite: "SELECT count(*) FROM film WHERE owner IS ?1 AND \(open)",
        postgres: "SELECT count(*) FROM film WHERE owner IS NOT DISTINCT FROM $1::uuid AND \(open)"
    )
    static let byID = SQL(stringLiteral: "SELECT \(columns) FROM film WHERE id = ?1")
    static let script: SQL = "SELECT script FROM film WHERE id = ?1"
    static let openIDs = SQL(stringLiteral: "SELECT id FROM film WHERE \(open) ORDER BY id LIMIT 1000")

    /// Which films a page is of.
    static func page(hasOwner: Bool, hasState: Bool, hasPlace: Bool) -> SQL {
        var (conditions, count): ([String], Int) = ([], 1)
        func add(_ condition: String) {
            count += 1
            conditions.append("\(condition) ?\(count)")
        }
        if hasOwner { add("owner =") }
        if hasState { add("state =") }
        if hasPlace { add("id <") }
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        return SQL(stringLiteral: "SELECT \(columns) FROM film \(condition) ORDER BY id DESC LIMIT ?1")
    }

    // MARK: Changing

    /// Arguments: id, epoch, now.
    static let begin = SQL(
        stringLiteral: """
            UPDATE film SET state = 'speaking', epoch = ?2, progress_done = 0, progress_total = 0,
                started_at = coalesce(started_at, ?3)
            WHERE id = ?1 AND epoch <= ?2 AND \(open) RETURNING \(columns)
            """
    )
    /// Arguments: id, epoch, frames.
    static let draw: SQL = """
        UPDATE film SET state = 'drawing', progress_done = 0, progress_total = ?3
        WHERE id = ?1 AND epoch = ?2 AND state = 'speaking'
        """
    /// News of a state that is over changes nothing.
    ///
    /// Arguments: id, epoch, done, total, state.
    static let progress: SQL = """
        UPDATE film SET
            progress_done = CASE WHEN state = ?5 THEN ?3 ELSE progress_done END,
            progress_total = CASE WHEN state = ?5 THEN ?4 ELSE progress_total END
        WHERE id = ?1 AND epoch = ?2 AND state IN ('speaking', 'drawing')
        """
    /// Arguments: id, epoch, result, bytes, frames, now.
    static let finish = SQL(
        stringLiteral: """
            UPDATE film SET state = 'done', result = ?3, size_bytes = ?4, progress_done = ?5, progress_total = ?5,
                reason = NULL, ended_at = ?6
            WHERE id = ?1 AND epoch = ?2 AND state = 'drawing' RETURNING \(columns)
            """
    )
    /// Arguments: id, epoch, reason.
    static let noteFailure: SQL = """
        UPDATE film SET failures = failures + 1, reason = ?3
        WHERE id = ?1 AND epoch = ?2 AND state IN ('speaking', 'drawing') RETURNING failures
        """
    /// Arguments: id, epoch.
    static let wait: SQL = """
        UPDATE film SET state = 'waiting', progress_done = 0, progress_total = 0
        WHERE id = ?1 AND epoch = ?2 AND state IN ('speaking', 'drawing')
        """
    /// Arguments: id, reason, now.
    static let fail = SQL(
        stringLiteral: """
            UPDATE film SET state = 'failed', reason = ?2, ended_at = ?3
            WHERE id = ?1 AND \(open) RETURNING \(columns)
            """
    )
    /// Arguments: id, now.
    static let cancel = SQL(
        stringLiteral: """
            UPDATE film SET state = 'cancelled', ended_at = ?2 WHERE id = ?1 AND \(open) RETURNING \(columns)
            """
    )

    // MARK: Keeping

    /// The newest first: id, bytes.
    static let ended: SQL = """
        SELECT id, size_bytes FROM film WHERE state IN ('done', 'failed', 'cancelled') ORDER BY id DESC LIMIT 10000
        """
    /// Arguments: id.
    static let remove: SQL = "DELETE FROM film WHERE id = ?1 AND state IN ('done', 'failed', 'cancelled')"
}

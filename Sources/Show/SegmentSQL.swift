import Store

enum SegmentSQL {
    private static let columns = """
        id, position, spoken, written_at, state, reason, voice, duration_ms, started_at, ended_at
        """
    static let openCount: SQL = "SELECT count(*) FROM segment WHERE state IN ('written', 'queued', 'airing')"
    /// The next place is one behind the last.
    ///
    /// Arguments: id, spoken, words, written at, state, and when it was over.
    static let append: SQL = """
        INSERT INTO segment (id, position, spoken, words, written_at, state, started_at, ended_at)
        VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM segment), ?2, ?3, ?4, ?5, ?6, ?6) RETURNING position
        """

    /// Arguments: id, state, reason, voice, milliseconds, started at, ended at, and the states that it may come from.
    ///
    /// What is not given stays as it is.
    static func advance(from count: Int) -> SQL {
        let places = (0..<count).map { "?\(8 + $0)" }.joined(separator: ", ")
        return SQL(
            stringLiteral: """
                UPDATE segment SET state = ?2, reason = coalesce(?3, reason), voice = coalesce(?4, voice),
                    duration_ms = coalesce(?5, duration_ms), started_at = coalesce(started_at, ?6),
                    ended_at = coalesce(ended_at, ?7)
                WHERE id = ?1 AND state IN (\(places)) RETURNING \(columns)
                """
        )
    }

    static let byID = SQL(stringLiteral: "SELECT \(columns) FROM segment WHERE id = ?1")
    /// Arguments: the most rows.
    static let open = SQL(
        stringLiteral: """
            SELECT \(columns) FROM segment WHERE state IN ('written', 'queued', 'airing') ORDER BY position LIMIT ?1
            """
    )
    /// Arguments: the place before, the most rows.
    static let page = SQL(
        stringLiteral: "SELECT \(columns) FROM segment WHERE position < ?1 ORDER BY position DESC LIMIT ?2"
    )
    /// Arguments: since when, the most rows.
    static let textsSince: SQL = """
        SELECT spoken, written_at FROM segment WHERE written_at >= ?1 AND state <> 'failed' ORDER BY position DESC LIMIT ?2
        """
    /// Arguments: since when they stay, the most rows.
    static let prune: SQL = """
        DELETE FROM segment WHERE id IN
            (SELECT id FROM segment WHERE written_at < ?1 AND state IN ('aired', 'skipped', 'failed')
            ORDER BY written_at, id LIMIT ?2)
        """

    /// Arguments: the place before, the most rows, and each word between spaces and percent signs.
    static func search(words: Int) -> SQL {
        let conditions = (0..<words).map { "words LIKE ?\(3 + $0) ESCAPE '\\'" }.joined(separator: " AND ")
        return SQL(
            stringLiteral: """
                SELECT \(columns) FROM segment WHERE position < ?1 AND \(conditions)
                ORDER BY position DESC LIMIT ?2
                """
        )
    }
}

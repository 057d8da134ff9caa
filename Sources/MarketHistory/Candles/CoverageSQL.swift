import Store

/// For which time candles were asked, and how far they were told.
enum CoverageSQL {
    /// The ends of those stretches of a series that touch one.
    ///
    /// Arguments: series, from, to.
    static let touching: SQL = """
        SELECT min(from_time), max(to_time) FROM candle_coverage
        WHERE series = ?1 AND from_time <= ?3 AND to_time >= ?2
        """
    static let removeTouching: SQL =
        "DELETE FROM candle_coverage WHERE series = ?1 AND from_time <= ?3 AND to_time >= ?2"
    /// Two that write at once may both begin one.
    static let insert = SQL(
        sqlite: """
            INSERT INTO candle_coverage (series, from_time, to_time) VALUES (?1, ?2, ?3)
            ON CONFLICT (series, from_time) DO UPDATE SET to_time = max(to_time, excluded.to_time)
            """,
        postgres: """
            INSERT INTO candle_coverage (series, from_time, to_time) VALUES ($1, $2, $3)
            ON CONFLICT (series, from_time)
            DO UPDATE SET to_time = greatest(candle_coverage.to_time, excluded.to_time)
            """
    )
    /// Arguments: series, from, to, the most rows.
    static let within: SQL = """
        SELECT from_time, to_time FROM candle_coverage
        WHERE series = ?1 AND from_time < ?3 AND to_time > ?2 ORDER BY from_time LIMIT ?4
        """

    static let told: SQL = "SELECT through FROM candle_told WHERE pair = ?1 AND interval = ?2"
    /// It never goes back.
    static let noteTold: SQL = """
        INSERT INTO candle_told (pair, interval, through) VALUES (?1, ?2, ?3)
        ON CONFLICT (pair, interval) DO UPDATE SET through = excluded.through
        WHERE excluded.through > candle_told.through
        """
}

import Bus
import Domain
import Store

enum PriceSQL {
    static let insertion = RowInsertion(
        into: "price",
        columns: [
            .init("series", "integer"), .init("as_of", "bigint"), .init("stored_at", "bigint"),
            .init("price", "numeric"),
        ],
        ending: "ON CONFLICT (series, as_of) DO NOTHING RETURNING series, as_of"
    )
    static let ofTime = SQL(
        sqlite: "SELECT price FROM price WHERE series = ?1 AND as_of = ?2",
        postgres: "SELECT price::text FROM price WHERE series = $1 AND as_of = $2"
    )

    // MARK: Looking

    /// The newest of each source.
    ///
    /// Arguments: pair.
    static let last = SQL(
        sqlite: """
            SELECT s.source, p.as_of, p.stored_at, p.price FROM market_series s
            JOIN price p ON p.series = s.id AND p.as_of = (SELECT max(as_of) FROM price WHERE series = s.id)
            WHERE s.pair = ?1 AND s.interval = 'tick' ORDER BY s.source
            """,
        // One look at the index for each source, whatever the planner thinks of their number.
        postgres: """
            SELECT s.source, p.as_of, p.stored_at, p.price::text FROM market_series s
            CROSS JOIN LATERAL (
                SELECT as_of, stored_at, price FROM price WHERE series = s.id ORDER BY as_of DESC LIMIT 1) p
            WHERE s.pair = $1 AND s.interval = 'tick' ORDER BY s.source
            """
    )

    /// Arguments: series, from, to, the most rows.
    static func page(_ order: RowOrder) -> SQL { order == .newestFirst ? newestFirst : oldestFirst }

    private static let newestFirst = page("DESC")
    private static let oldestFirst = page("ASC")

    private static func page(_ direction: String) -> SQL {
        SQL(
            sqlite: """
                SELECT as_of, stored_at, price FROM price WHERE series = ?1 AND as_of >= ?2 AND as_of < ?3
                ORDER BY as_of \(direction) LIMIT ?4
                """,
            postgres: """
                SELECT as_of, stored_at, price::text FROM price WHERE series = $1 AND as_of >= $2 AND as_of < $3
                ORDER BY as_of \(direction) LIMIT $4
                """
        )
    }

    // MARK: Archive

    /// Before this moment everything is in the archive or on its way.
    static let horizon: SQL = "SELECT max(ends_at) FROM price_archive"
    static let openMonth: SQL = """
        SELECT starts_at, written_at, row_count, removed_count FROM price_archive
        WHERE removed_at IS NULL ORDER BY starts_at LIMIT 1
        """
    static let month: SQL = """
        SELECT starts_at, written_at, row_count, removed_count FROM price_archive WHERE starts_at = ?1
        """
    static let closeMonth: SQL = """
        INSERT INTO price_archive (starts_at, ends_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING
        """
    static let noteWritten: SQL = """
        UPDATE price_archive SET written_at = ?2, row_count = ?3 WHERE starts_at = ?1 AND written_at IS NULL
        """
    static let countRemoved: SQL = """
        UPDATE price_archive SET removed_count = removed_count + ?2 WHERE starts_at = ?1
        """
    static let noteRemoved: SQL = """
        UPDATE price_archive SET removed_at = ?2 WHERE starts_at = ?1 AND removed_at IS NULL
        """
    /// When the oldest price held; each series is asked for its own.
    static let oldest: SQL = """
        SELECT min(first) FROM (
            SELECT (SELECT min(as_of) FROM price WHERE series = s.id) AS first FROM market_series s
            WHERE s.interval = 'tick') AS firsts
        """
    /// Series of single prices with one between two moments, in the order of their numbers.
    ///
    /// Arguments: the number before, from, to, the most rows.
    static let seriesWithin: SQL = """
        SELECT id, pair, source FROM market_series s WHERE id > ?1 AND interval = 'tick'
            AND (SELECT as_of FROM price WHERE series = s.id AND as_of >= ?2 AND as_of < ?3 ORDER BY as_of LIMIT 1)
                IS NOT NULL
        ORDER BY id LIMIT ?4
        """
    /// The oldest of a series between two moments.
    ///
    /// Arguments: series, from, to, the most rows.
    static let removeOldest: SQL = """
        DELETE FROM price WHERE series = ?1 AND as_of >= ?2 AND as_of <= (
            SELECT max(as_of) FROM (
                SELECT as_of FROM price WHERE series = ?1 AND as_of >= ?2 AND as_of < ?3
                ORDER BY as_of LIMIT ?4) AS page)
        """

    // MARK: Thinning

    /// Arguments: series, from, to, the most rows.
    static let times: SQL = """
        SELECT as_of FROM price WHERE series = ?1 AND as_of >= ?2 AND as_of < ?3 ORDER BY as_of LIMIT ?4
        """
    /// Arguments: series, a list of times.
    static let removeTimes = SQL(
        sqlite: "DELETE FROM price WHERE series = ?1 AND as_of IN (SELECT value FROM json_each(?2))",
        postgres: "DELETE FROM price WHERE series = $1 AND as_of = ANY ($2::bigint[])"
    )
}

extension StoredPrice {
    /// A row of the pages.
    init?(_ row: SQLRow, pair: TradingPair, source: String) {
        guard let asOf = row[0].time, let storedAt = row[1].time, let price = row[2].decimal else { return nil }
        self.init(
            observation: PriceObservation(pair: pair, source: source, price: Price(price), asOf: asOf),
            storedAt: storedAt
        )
    }
}

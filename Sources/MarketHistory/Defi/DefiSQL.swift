import Domain
import Store

enum DefiSQL {
    static let insertion = RowInsertion(
        into: "defi_protocol",
        columns: [
            .init("slug", "text"), .init("as_of", "bigint"), .init("chain", "text"), .init("name", "text"),
            .init("tvl", "numeric"),
        ],
        ending: "ON CONFLICT (slug, as_of, chain) DO NOTHING RETURNING slug"
    )
    static let newest: SQL = "SELECT max(as_of) FROM defi_protocol WHERE as_of <= ?1"
    /// Arguments: when it was.
    static let snapshot = SQL(
        sqlite: "SELECT as_of, slug, name, chain, tvl FROM defi_protocol WHERE as_of = ?1 ORDER BY slug, chain",
        postgres: """
            SELECT as_of, slug, name, chain, tvl::text FROM defi_protocol WHERE as_of = $1 ORDER BY slug, chain
            """
    )
    static let figures = SQL(
        sqlite: "SELECT tvl, slug FROM defi_protocol WHERE as_of = ?1",
        postgres: "SELECT tvl::text, slug FROM defi_protocol WHERE as_of = $1"
    )
    /// Whole snapshots, the oldest first.
    ///
    /// Arguments: since when they stay, the most snapshots.
    static let prune: SQL = """
        DELETE FROM defi_protocol WHERE as_of IN
            (SELECT DISTINCT as_of FROM defi_protocol WHERE as_of < ?1 ORDER BY as_of LIMIT ?2)
        """
    /// Arguments: slug, from, to, the most rows.
    static func page(_ order: RowOrder) -> SQL { order == .newestFirst ? newestFirst : oldestFirst }

    private static let newestFirst = page("DESC")
    private static let oldestFirst = page("ASC")

    private static func page(_ direction: String) -> SQL {
        SQL(
            sqlite: """
                SELECT as_of, slug, name, chain, tvl FROM defi_protocol
                WHERE slug = ?1 AND chain = ?5 AND as_of >= ?2 AND as_of < ?3 ORDER BY as_of \(direction) LIMIT ?4
                """,
            postgres: """
                SELECT as_of, slug, name, chain, tvl::text FROM defi_protocol
                WHERE slug = $1 AND chain = $5 AND as_of >= $2 AND as_of < $3 ORDER BY as_of \(direction) LIMIT $4
                """
        )
    }

    static let chains: SQL = """
        SELECT chain FROM defi_protocol
        WHERE slug = ?1 AND as_of = (SELECT max(as_of) FROM defi_protocol WHERE slug = ?1) ORDER BY chain
        """
}

extension DefiPoint {
    /// A row of the snapshot or of a page.
    init?(_ row: SQLRow) {
        guard let asOf = row[0].time, let slug = row[1].text, let name = row[2].text, let chain = row[3].text,
            row[4] == .null || row[4].decimal != nil
        else { return nil }
        self.init(asOf: asOf, value: DefiProtocol(slug: slug, name: name, chain: chain, tvl: row[4].decimal))
    }
}

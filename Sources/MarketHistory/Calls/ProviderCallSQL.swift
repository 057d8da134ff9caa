import Bus
import Store

enum ProviderCallSQL {
    static let insertion = RowInsertion(
        into: "provider_call",
        columns: [
            .init("called_at", "bigint"), .init("provider", "text"), .init("category", "text"),
            .init("endpoint", "text"), .init("status", "text"), .init("is_success", "smallint"),
            .init("latency_us", "bigint"),
        ]
    )
    // Sums of bigint are numeric in PostgreSQL unless told otherwise.
    /// Arguments: since when, the most rows.
    static let summary = SQL(
        sqlite: """
            SELECT provider, category, count(*), sum(1 - is_success), sum(latency_us), max(latency_us), max(called_at)
            FROM provider_call WHERE called_at >= ?1 GROUP BY provider, category ORDER BY provider, category LIMIT ?2
            """,
        postgres: """
            SELECT provider, category, count(*), sum(1 - is_success)::bigint, sum(latency_us)::bigint,
                max(latency_us), max(called_at)
            FROM provider_call WHERE called_at >= $1 GROUP BY provider, category ORDER BY provider, category LIMIT $2
            """
    )
    static let prune: SQL = """
        DELETE FROM provider_call WHERE id IN
            (SELECT id FROM provider_call WHERE called_at < ?1 ORDER BY called_at LIMIT ?2)
        """
}

extension ProviderCallSummary {
    init?(_ row: SQLRow) {
        guard let provider = row[0].text, let category = row[1].text, let count = row[2].int, count > 0,
            let failures = row[3].int, let total = row[4].integer, let longest = row[5].integer, let last = row[6].time
        else { return nil }
        self.init(
            provider: provider,
            category: category,
            count: count,
            failureCount: failures,
            meanLatency: .microseconds(total / Int64(count)),
            longestLatency: .microseconds(longest),
            lastCallAt: last
        )
    }
}

import Bus
import Store

enum NewsSQL {
    private static let columns = """
        id, url, title, content, source, published_at, stored_at, sentiment_score, sentiment_label, sentiment_method
        """
    static let insert: SQL = """
        INSERT INTO news_item (id, url, title, content, source, published_at, stored_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (url) DO NOTHING RETURNING id
        """
    /// Arguments: since when they stay, the most rows.
    static let prune: SQL = """
        DELETE FROM news_item WHERE id IN
            (SELECT id FROM news_item WHERE published_at < ?1 ORDER BY published_at, id LIMIT ?2)
        """
    static let byID = SQL(
        sqlite: "SELECT \(columns) FROM news_item WHERE id = ?1",
        postgres: "SELECT \(columns) FROM news_item WHERE id = $1"
    )
    static let byURL = SQL(
        sqlite: "SELECT \(columns) FROM news_item WHERE url = ?1",
        postgres: "SELECT \(columns) FROM news_item WHERE url = $1"
    )
    /// Arguments: the place before, as time and id, and the most rows.
    static let page = SQL(
        sqlite: """
            SELECT \(columns) FROM news_item WHERE (published_at, id) < (?1, ?2)
            ORDER BY published_at DESC, id DESC LIMIT ?3
            """,
        postgres: """
            SELECT \(columns) FROM news_item WHERE (published_at, id) < ($1, $2)
            ORDER BY published_at DESC, id DESC LIMIT $3
            """
    )
    static let unscored = SQL(
        sqlite: """
            SELECT \(columns) FROM news_item WHERE sentiment_score IS NULL AND (published_at, id) < (?1, ?2)
            ORDER BY published_at DESC, id DESC LIMIT ?3
            """,
        postgres: """
            SELECT \(columns) FROM news_item WHERE sentiment_score IS NULL AND (published_at, id) < ($1, $2)
            ORDER BY published_at DESC, id DESC LIMIT $3
            """
    )
    static let score: SQL = """
        UPDATE news_item SET sentiment_score = ?2, sentiment_label = ?3, sentiment_method = ?4
        WHERE id = ?1 AND sentiment_score IS NULL RETURNING id
        """
}

extension StoredNews {
    init?(_ row: SQLRow) {
        guard let id = row[0].id, let url = row[1].text, let title = row[2].text, let content = row[3].text,
            let source = row[4].text, let publishedAt = row[5].time, let storedAt = row[6].time
        else { return nil }
        var sentiment: NewsSentiment?
        if row[7] != .null {
            guard case .real(let score) = row[7], let label = row[8].text, let method = row[9].text else { return nil }
            sentiment = NewsSentiment(score: score, label: label, method: method)
        }
        self.init(
            id: id,
            item: NewsItem(url: url, title: title, content: content, source: source, publishedAt: publishedAt),
            storedAt: storedAt,
            sentiment: sentiment
        )
    }
}

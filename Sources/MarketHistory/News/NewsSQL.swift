import Bus
import Store

enum NewsSQL {
    private static let columns = """
        n.id, n.url, n.title, n.content, n.source, n.published_at, n.stored_at, n.sentiment_score, n.sentiment_label,
        n.sentiment_method, n.symbols
        """
    static let insert: SQL = """
        INSERT INTO news_item (id, url, title, content, source, published_at, stored_at, symbols, sentiment_score,
            sentiment_label, sentiment_method)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (url) DO NOTHING RETURNING id
        """
    static let mention: SQL = "INSERT INTO news_mention (symbol, published_at, news) VALUES (?1, ?2, ?3)"
    static let byID = SQL(stringLiteral: "SELECT \(columns) FROM news_item n WHERE n.id = ?1")
    static let byURL = SQL(stringLiteral: "SELECT \(columns) FROM news_item n WHERE n.url = ?1")
    /// Arguments: since when they stay, the most rows.
    static let prune: SQL = """
        DELETE FROM news_item WHERE id IN
            (SELECT id FROM news_item WHERE published_at < ?1 ORDER BY published_at, id LIMIT ?2)
        """
    /// Arguments: the place before, as time and id, and the most rows.
    static let page = page("news_item n", where: "(n.published_at, n.id) < (?1, ?2)", by: "n.published_at", "n.id")
    static let unscored = page(
        "news_item n",
        where: "n.sentiment_score IS NULL AND (n.published_at, n.id) < (?1, ?2)",
        by: "n.published_at",
        "n.id"
    )
    /// Arguments: as for `page`, and the source.
    static let ofSource = page(
        "news_item n",
        where: "n.source = ?4 AND (n.published_at, n.id) < (?1, ?2)",
        by: "n.published_at",
        "n.id"
    )
    /// Arguments: as for `page`, and the symbol.
    static let ofSymbol = page(
        "news_mention m JOIN news_item n ON n.id = m.news",
        where: "m.symbol = ?4 AND (m.published_at, m.news) < (?1, ?2)",
        by: "m.published_at",
        "m.news"
    )
    /// Arguments: as for `page`, the symbol, and the source.
    static let ofSymbolAndSource = page(
        "news_mention m JOIN news_item n ON n.id = m.news",
        where: "m.symbol = ?4 AND n.source = ?5 AND (m.published_at, m.news) < (?1, ?2)",
        by: "m.published_at",
        "m.news"
    )
    static let score: SQL = """
        UPDATE news_item SET sentiment_score = ?2, sentiment_label = ?3, sentiment_method = ?4
        WHERE id = ?1 AND sentiment_score IS NULL RETURNING id
        """
    /// Arguments: the first moment, and the last.
    static let mood: SQL = """
        SELECT sentiment_label, count(*), sum(sentiment_score) FROM news_item
        WHERE published_at >= ?1 AND published_at <= ?2 AND sentiment_score IS NOT NULL GROUP BY sentiment_label
        """

    private static func page(_ tables: String, where condition: String, by time: String, _ id: String) -> SQL {
        SQL(
            stringLiteral: """
                SELECT \(columns) FROM \(tables) WHERE \(condition)
                ORDER BY \(time) DESC, \(id) DESC LIMIT ?3
                """
        )
    }
}

extension StoredNews {
    init?(_ row: SQLRow) {
        guard let id = row[0].id, let url = row[1].text, let title = row[2].text, let content = row[3].text,
            let source = row[4].text, let publishedAt = row[5].time, let storedAt = row[6].time,
            let symbols = row[10].text
        else { return nil }
        var sentiment: NewsSentiment?
        if row[7] != .null {
            guard case .real(let score) = row[7], let label = row[8].text, let method = row[9].text else { return nil }
            sentiment = NewsSentiment(score: score, label: label, method: method)
        }
        self.init(
            id: id,
            item: NewsItem(
                url: url,
                title: title,
                content: content,
                source: source,
                publishedAt: publishedAt,
                symbols: symbols.split(separator: " ").map(String.init)
            ),
            storedAt: storedAt,
            sentiment: sentiment
        )
    }
}

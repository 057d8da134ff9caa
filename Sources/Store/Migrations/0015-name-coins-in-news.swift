extension Migration {
    /// Which coins a piece of news speaks of: in its own row to be shown, and a row for each to find it by.
    static let nameCoinsInNews = Migration(
        id: "0015-name-coins-in-news",
        sqlite: """
            ALTER TABLE news_item ADD COLUMN symbols TEXT NOT NULL DEFAULT '';
            CREATE TABLE news_mention (
                symbol TEXT NOT NULL,
                published_at INTEGER NOT NULL,
                news BLOB NOT NULL REFERENCES news_item (id) ON DELETE CASCADE,
                PRIMARY KEY (symbol, published_at, news)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX news_mention_news ON news_mention (news);
            CREATE INDEX news_item_source ON news_item (source, published_at, id);
            """,
        postgres: """
            ALTER TABLE news_item ADD COLUMN symbols text NOT NULL DEFAULT '';
            CREATE TABLE news_mention (
                symbol text COLLATE "C" NOT NULL,
                published_at bigint NOT NULL,
                news uuid NOT NULL REFERENCES news_item (id) ON DELETE CASCADE,
                PRIMARY KEY (symbol, published_at, news)
            );
            CREATE INDEX news_mention_news ON news_mention (news);
            CREATE INDEX news_item_source ON news_item (source, published_at, id);
            """
    )
}

extension Migration {
    /// What the markets did: single prices, candles, what DeFi protocols hold, news, and how providers answered.
    ///
    /// A series is what one source tells of one pair, and its small number stands in each of its rows instead of three
    /// names; `interval` is that of its candles, or `tick` for single prices. Series are never removed, so the many
    /// rows name theirs without a reference that would be checked at each of them. Candles lie in the order in which
    /// they are read. Prices and amounts are exact decimals, as text in SQLite, which has no such type. A month of
    /// prices that is on its way to the archive takes no more prices: `price_archive` says how far that has got.
    static let createMarketHistory = Migration(
        id: "0014-create-market-history",
        sqlite: """
            CREATE TABLE market_series (
                id INTEGER PRIMARY KEY,
                pair TEXT NOT NULL,
                interval TEXT NOT NULL,
                source TEXT NOT NULL,
                UNIQUE (pair, interval, source)
            ) STRICT;
            CREATE TABLE ohlcv (
                series INTEGER NOT NULL,
                open_time INTEGER NOT NULL,
                is_suspect INTEGER NOT NULL CHECK (is_suspect IN (0, 1)),
                open TEXT NOT NULL,
                high TEXT NOT NULL,
                low TEXT NOT NULL,
                close TEXT NOT NULL,
                volume TEXT NOT NULL,
                PRIMARY KEY (series, open_time)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE price (
                series INTEGER NOT NULL,
                as_of INTEGER NOT NULL,
                stored_at INTEGER NOT NULL,
                price TEXT NOT NULL,
                PRIMARY KEY (series, as_of)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE price_archive (
                starts_at INTEGER PRIMARY KEY,
                ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
                written_at INTEGER,
                row_count INTEGER,
                removed_count INTEGER NOT NULL DEFAULT 0 CHECK (removed_count >= 0),
                removed_at INTEGER,
                CHECK ((row_count IS NOT NULL) = (written_at IS NOT NULL)),
                CHECK (removed_at IS NULL OR written_at IS NOT NULL)
            ) STRICT;
            CREATE INDEX price_archive_open ON price_archive (starts_at) WHERE removed_at IS NULL;
            CREATE INDEX price_archive_end ON price_archive (ends_at);
            CREATE TABLE defi_protocol (
                slug TEXT NOT NULL,
                as_of INTEGER NOT NULL,
                chain TEXT NOT NULL,
                name TEXT NOT NULL,
                tvl TEXT,
                PRIMARY KEY (slug, as_of, chain)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX defi_protocol_time ON defi_protocol (as_of);
            CREATE TABLE news_item (
                id BLOB PRIMARY KEY,
                url TEXT NOT NULL UNIQUE,
                title TEXT NOT NULL,
                content TEXT NOT NULL,
                source TEXT NOT NULL,
                published_at INTEGER NOT NULL,
                stored_at INTEGER NOT NULL,
                sentiment_score REAL CHECK (sentiment_score BETWEEN -1 AND 1),
                sentiment_label TEXT,
                sentiment_method TEXT,
                CHECK ((sentiment_label IS NULL) = (sentiment_score IS NULL)),
                CHECK ((sentiment_method IS NULL) = (sentiment_score IS NULL))
            ) STRICT;
            CREATE INDEX news_item_published ON news_item (published_at, id);
            CREATE INDEX news_item_unscored ON news_item (published_at, id) WHERE sentiment_score IS NULL;
            CREATE TABLE provider_call (
                id INTEGER PRIMARY KEY,
                called_at INTEGER NOT NULL,
                provider TEXT NOT NULL,
                category TEXT NOT NULL,
                endpoint TEXT NOT NULL,
                status TEXT NOT NULL,
                is_success INTEGER NOT NULL CHECK (is_success IN (0, 1)),
                latency_us INTEGER NOT NULL CHECK (latency_us >= 0)
            ) STRICT;
            CREATE INDEX provider_call_time ON provider_call (called_at);
            """,
        postgres: """
            CREATE TABLE market_series (
                id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                pair text COLLATE "C" NOT NULL,
                interval text COLLATE "C" NOT NULL,
                source text COLLATE "C" NOT NULL,
                UNIQUE (pair, interval, source)
            );
            CREATE TABLE ohlcv (
                series integer NOT NULL,
                is_suspect smallint NOT NULL CHECK (is_suspect IN (0, 1)),
                open_time bigint NOT NULL,
                open numeric NOT NULL,
                high numeric NOT NULL,
                low numeric NOT NULL,
                close numeric NOT NULL,
                volume numeric NOT NULL,
                PRIMARY KEY (series, open_time)
            );
            CREATE TABLE price (
                series integer NOT NULL,
                as_of bigint NOT NULL,
                stored_at bigint NOT NULL,
                price numeric NOT NULL,
                PRIMARY KEY (series, as_of)
            );
            CREATE TABLE price_archive (
                starts_at bigint PRIMARY KEY,
                ends_at bigint NOT NULL CHECK (ends_at > starts_at),
                written_at bigint,
                row_count bigint,
                removed_count bigint NOT NULL DEFAULT 0 CHECK (removed_count >= 0),
                removed_at bigint,
                CHECK ((row_count IS NOT NULL) = (written_at IS NOT NULL)),
                CHECK (removed_at IS NULL OR written_at IS NOT NULL)
            );
            CREATE INDEX price_archive_open ON price_archive (starts_at) WHERE removed_at IS NULL;
            CREATE INDEX price_archive_end ON price_archive (ends_at);
            CREATE TABLE defi_protocol (
                slug text COLLATE "C" NOT NULL,
                as_of bigint NOT NULL,
                chain text COLLATE "C" NOT NULL,
                name text NOT NULL,
                tvl numeric,
                PRIMARY KEY (slug, as_of, chain)
            );
            CREATE INDEX defi_protocol_time ON defi_protocol (as_of);
            CREATE TABLE news_item (
                id uuid PRIMARY KEY,
                url text COLLATE "C" NOT NULL UNIQUE,
                title text NOT NULL,
                content text NOT NULL,
                source text NOT NULL,
                published_at bigint NOT NULL,
                stored_at bigint NOT NULL,
                sentiment_score double precision CHECK (sentiment_score BETWEEN -1 AND 1),
                sentiment_label text,
                sentiment_method text,
                CHECK ((sentiment_label IS NULL) = (sentiment_score IS NULL)),
                CHECK ((sentiment_method IS NULL) = (sentiment_score IS NULL))
            );
            CREATE INDEX news_item_published ON news_item (published_at, id);
            CREATE INDEX news_item_unscored ON news_item (published_at, id) WHERE sentiment_score IS NULL;
            CREATE TABLE provider_call (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                called_at bigint NOT NULL,
                provider text COLLATE "C" NOT NULL,
                category text COLLATE "C" NOT NULL,
                endpoint text NOT NULL,
                status text NOT NULL,
                is_success smallint NOT NULL CHECK (is_success IN (0, 1)),
                latency_us bigint NOT NULL CHECK (latency_us >= 0)
            );
            CREATE INDEX provider_call_time ON provider_call (called_at);
            """
    )
}

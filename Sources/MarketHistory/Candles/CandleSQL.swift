import Bus
import Domain
import Store

enum CandleSQL {
    /// Of those that were there before, nothing is answered.
    static let insertion = RowInsertion(
        into: "ohlcv",
        columns: [
            .init("series", "integer"), .init("open_time", "bigint"), .init("is_suspect", "smallint"),
            .init("open", "numeric"), .init("high", "numeric"), .init("low", "numeric"), .init("close", "numeric"),
            .init("volume", "numeric"),
        ],
        ending: "ON CONFLICT (series, open_time) DO NOTHING RETURNING open_time"
    )
    /// Arguments: those of a row of `insertion`.
    static let correct: SQL = """
        UPDATE ohlcv SET is_suspect = ?3, open = ?4, high = ?5, low = ?6, close = ?7, volume = ?8
        WHERE series = ?1 AND open_time = ?2
        """
    static let mark: SQL = """
        UPDATE ohlcv SET is_suspect = ?3 WHERE series = ?1 AND open_time = ?2 RETURNING open_time
        """

    private static let sqliteColumns = "open_time, is_suspect, open, high, low, close, volume"
    private static let postgresColumns = """
        open_time, is_suspect, open::text, high::text, low::text, close::text, volume::text
        """
    /// Arguments: series, a list of times.
    static let ofTimes = SQL(
        sqlite: """
            SELECT \(sqliteColumns) FROM ohlcv
            WHERE series = ?1 AND open_time IN (SELECT value FROM json_each(?2))
            """,
        postgres: "SELECT \(postgresColumns) FROM ohlcv WHERE series = $1 AND open_time = ANY ($2::bigint[])"
    )

    /// Arguments: series, from, to, the most rows.
    static func page(_ order: RowOrder) -> SQL { order == .newestFirst ? newestFirst : oldestFirst }

    private static let newestFirst = page("DESC")
    private static let oldestFirst = page("ASC")

    private static func page(_ direction: String) -> SQL {
        SQL(
            sqlite: """
                SELECT \(sqliteColumns) FROM ohlcv WHERE series = ?1 AND open_time >= ?2 AND open_time < ?3
                ORDER BY open_time \(direction) LIMIT ?4
                """,
            postgres: """
                SELECT \(postgresColumns) FROM ohlcv WHERE series = $1 AND open_time >= $2 AND open_time < $3
                ORDER BY open_time \(direction) LIMIT $4
                """
        )
    }

    /// Arguments: series, from, to, the most rows.
    static let openTimes: SQL = """
        SELECT open_time FROM ohlcv WHERE series = ?1 AND open_time >= ?2 AND open_time < ?3 ORDER BY open_time LIMIT ?4
        """
    static let newest: SQL = "SELECT max(open_time) FROM ohlcv WHERE series = ?1"
    /// All series of candles with their ends, in the order of their numbers.
    ///
    /// Arguments: the number before, the most rows.
    static let ends: SQL = """
        SELECT id, pair, interval, source, (SELECT max(open_time) FROM ohlcv WHERE series = market_series.id)
        FROM market_series WHERE id > ?1 AND interval <> 'tick' ORDER BY id LIMIT ?2
        """

    static func row(_ candle: StoredCandle, of series: Int64) -> [SQLValue] {
        [
            .integer(series), SQLValue(candle.candle.openTime), .integer(candle.isSuspect ? 1 : 0),
            SQLValue(candle.candle.open.amount), SQLValue(candle.candle.high.amount),
            SQLValue(candle.candle.low.amount), SQLValue(candle.candle.close.amount),
            SQLValue(candle.candle.volume),
        ]
    }
}

extension StoredCandle {
    /// A row of the pages.
    init?(_ row: SQLRow, _ interval: CandleInterval) {
        guard let openTime = row[0].time, let open = row[2].decimal, let high = row[3].decimal,
            let low = row[4].decimal, let close = row[5].decimal, let volume = row[6].decimal
        else { return nil }
        let candle = Candle(
            openTime: openTime,
            interval: interval,
            open: Price(open),
            high: Price(high),
            low: Price(low),
            close: Price(close),
            volume: volume
        )
        self.init(candle, isSuspect: row[1].isTrue)
    }
}

extension CandleSeriesEnd {
    /// A row of `ends`.
    init?(_ row: SQLRow) {
        guard let pair = row[1].text.flatMap({ TradingPair($0) }),
            let interval = row[2].text.flatMap(CandleInterval.init(rawValue:)), let source = row[3].text
        else { return nil }
        self.init(
            series: CandleSeriesName(pair: pair, interval: interval, source: source),
            newest: row[4].time
        )
    }
}

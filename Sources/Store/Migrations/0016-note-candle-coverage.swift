extension Migration {
    /// For which time candles were asked of whom, and how far they have been told on the bus.
    ///
    /// A candle that is missing where it was asked for does not exist; elsewhere nobody has looked. Stretches of one
    /// series that touch are one row. `through` is the opening of the newest candle that was told: those behind it are
    /// kept already where the station ended between storing and telling, and are told at the next start.
    static let noteCandleCoverage = Migration(
        id: "0016-note-candle-coverage",
        sqlite: """
            CREATE TABLE candle_coverage (
                series INTEGER NOT NULL,
                from_time INTEGER NOT NULL,
                to_time INTEGER NOT NULL CHECK (to_time > from_time),
                PRIMARY KEY (series, from_time)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE candle_told (
                pair TEXT NOT NULL,
                interval TEXT NOT NULL,
                through INTEGER NOT NULL,
                PRIMARY KEY (pair, interval)
            ) STRICT, WITHOUT ROWID;
            """,
        postgres: """
            CREATE TABLE candle_coverage (
                series integer NOT NULL,
                from_time bigint NOT NULL,
                to_time bigint NOT NULL CHECK (to_time > from_time),
                PRIMARY KEY (series, from_time)
            );
            CREATE TABLE candle_told (
                pair text COLLATE "C" NOT NULL,
                interval text COLLATE "C" NOT NULL,
                through bigint NOT NULL,
                PRIMARY KEY (pair, interval)
            );
            """
    )
}

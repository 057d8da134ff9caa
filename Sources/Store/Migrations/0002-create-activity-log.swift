extension Migration {
    /// The audit log.
    ///
    /// The database itself refuses changes, and removal before a year has passed.
    static let createActivityLog = Migration(
        id: "0002-create-activity-log",
        sqlite: """
            CREATE TABLE activity_log (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                time INTEGER NOT NULL,
                caller TEXT NOT NULL,
                role TEXT NOT NULL,
                action TEXT NOT NULL,
                target TEXT,
                outcome TEXT NOT NULL,
                detail TEXT CHECK (detail IS NULL OR json_valid(detail))
            ) STRICT;
            CREATE INDEX activity_log_time ON activity_log (time);
            CREATE TRIGGER activity_log_is_final BEFORE UPDATE ON activity_log
            BEGIN SELECT RAISE(ABORT, 'activity_log is append-only'); END;
            CREATE TRIGGER activity_log_is_kept BEFORE DELETE ON activity_log
            WHEN OLD.time > (CAST(strftime('%s', 'now') AS INTEGER) - 31536000) * 1000000000
            BEGIN SELECT RAISE(ABORT, 'activity_log is kept for a year'); END;
            """,
        postgres: """
            CREATE TABLE activity_log (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                time bigint NOT NULL,
                caller text NOT NULL,
                role text NOT NULL,
                action text NOT NULL,
                target text,
                outcome text NOT NULL,
                detail json
            );
            CREATE INDEX activity_log_time ON activity_log (time);
            CREATE FUNCTION activity_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    RAISE EXCEPTION 'activity_log is append-only';
                END IF;
                IF OLD.time > (extract(epoch FROM now())::bigint - 31536000) * 1000000000 THEN
                    RAISE EXCEPTION 'activity_log is kept for a year';
                END IF;
                RETURN OLD;
            END $$;
            CREATE TRIGGER activity_log_is_kept BEFORE UPDATE OR DELETE ON activity_log
            FOR EACH ROW EXECUTE FUNCTION activity_log_guard();
            """
    )
}

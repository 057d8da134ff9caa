extension Migration {
    /// What is to be run when, and what has been.
    ///
    /// The key of `schedule_fire` is what makes each time of a schedule run once, however many daemons look at the
    /// clock. A fire is settled once its job is known to have finished; the index of those that are not answers
    /// whether the last run is still going on.
    static let createSchedules = Migration(
        id: "0006-create-schedules",
        sqlite: """
            CREATE TABLE schedule (
                name TEXT PRIMARY KEY,
                cron TEXT NOT NULL,
                time_zone TEXT NOT NULL,
                kind TEXT NOT NULL,
                queue TEXT NOT NULL,
                payload TEXT NOT NULL,
                priority INTEGER NOT NULL DEFAULT 4 CHECK (priority BETWEEN 0 AND 9),
                attempt_max INTEGER NOT NULL DEFAULT 3 CHECK (attempt_max > 0),
                catch_up TEXT NOT NULL DEFAULT 'once' CHECK (catch_up IN ('skip', 'once', 'all')),
                catch_up_window_ns INTEGER NOT NULL DEFAULT 0 CHECK (catch_up_window_ns >= 0),
                catch_up_max INTEGER NOT NULL DEFAULT 0 CHECK (catch_up_max >= 0),
                overlap TEXT NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'queue_one', 'allow')),
                origin TEXT NOT NULL CHECK (origin IN ('code', 'operator')),
                paused_at INTEGER,
                next_at INTEGER CHECK (next_at >= 0),
                last_at INTEGER,
                last_job BLOB,
                updated_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX schedule_due ON schedule (next_at, name) WHERE paused_at IS NULL;
            CREATE TABLE schedule_fire (
                schedule TEXT NOT NULL,
                fire_at INTEGER NOT NULL,
                job BLOB NOT NULL,
                is_settled INTEGER NOT NULL DEFAULT 0 CHECK (is_settled IN (0, 1)),
                PRIMARY KEY (schedule, fire_at)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX schedule_fire_open ON schedule_fire (schedule) WHERE is_settled = 0;
            CREATE UNIQUE INDEX schedule_fire_job ON schedule_fire (job);
            CREATE INDEX schedule_fire_age ON schedule_fire (fire_at);
            """,
        postgres: """
            CREATE TABLE schedule (
                name text COLLATE "C" PRIMARY KEY,
                cron text NOT NULL,
                time_zone text NOT NULL,
                kind text NOT NULL,
                queue text COLLATE "C" NOT NULL,
                payload text NOT NULL,
                priority smallint NOT NULL DEFAULT 4 CHECK (priority BETWEEN 0 AND 9),
                attempt_max integer NOT NULL DEFAULT 3 CHECK (attempt_max > 0),
                catch_up text NOT NULL DEFAULT 'once' CHECK (catch_up IN ('skip', 'once', 'all')),
                catch_up_window_ns bigint NOT NULL DEFAULT 0 CHECK (catch_up_window_ns >= 0),
                catch_up_max integer NOT NULL DEFAULT 0 CHECK (catch_up_max >= 0),
                overlap text NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'queue_one', 'allow')),
                origin text NOT NULL CHECK (origin IN ('code', 'operator')),
                paused_at bigint,
                next_at bigint CHECK (next_at >= 0),
                last_at bigint,
                last_job uuid,
                updated_at bigint NOT NULL
            );
            CREATE INDEX schedule_due ON schedule (next_at, name) WHERE paused_at IS NULL;
            CREATE TABLE schedule_fire (
                schedule text COLLATE "C" NOT NULL,
                fire_at bigint NOT NULL,
                job uuid NOT NULL,
                is_settled smallint NOT NULL DEFAULT 0 CHECK (is_settled IN (0, 1)),
                PRIMARY KEY (schedule, fire_at)
            );
            CREATE INDEX schedule_fire_open ON schedule_fire (schedule) WHERE is_settled = 0;
            CREATE UNIQUE INDEX schedule_fire_job ON schedule_fire (job);
            CREATE INDEX schedule_fire_age ON schedule_fire (fire_at);
            """
    )
}

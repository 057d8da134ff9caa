extension Migration {
    /// Jobs, their limits, the queues that are paused, the workers, and who leads.
    ///
    /// Times are nanoseconds since 1970 by the database's clock, `station_now()`: in SQLite a function that the store
    /// registers. `only running has a worker and a lease` and its like are checks, so that no statement, not even one
    /// typed by hand, can break them. What a running job holds of a limit is counted by triggers: it is given back
    /// exactly when the row leaves `running`, whoever makes it leave.
    static let createJobs = Migration(
        id: "0004-create-jobs",
        sqlite: """
            CREATE TABLE job (
                id BLOB PRIMARY KEY,
                queue TEXT NOT NULL,
                kind TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN
                    ('scheduled', 'available', 'running', 'retryable', 'completed', 'discarded', 'cancelled')),
                priority INTEGER NOT NULL DEFAULT 4 CHECK (priority BETWEEN 0 AND 9),
                run_at INTEGER NOT NULL,
                payload TEXT NOT NULL,
                limit_key TEXT,
                unique_key TEXT,
                attempt INTEGER NOT NULL DEFAULT 0,
                attempt_max INTEGER NOT NULL DEFAULT 3,
                lease_epoch INTEGER NOT NULL DEFAULT 0,
                lease_until INTEGER,
                worker BLOB,
                cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
                nudges INTEGER NOT NULL DEFAULT 0,
                parent BLOB,
                correlation BLOB,
                errors TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(errors)),
                result TEXT,
                inserted_at INTEGER NOT NULL,
                attempted_at INTEGER,
                finished_at INTEGER,
                CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'discarded', 'cancelled'))),
                CHECK ((worker IS NOT NULL) = (state = 'running')),
                CHECK ((lease_until IS NOT NULL) = (state = 'running')),
                CHECK (attempt BETWEEN 0 AND attempt_max)
            ) STRICT;
            CREATE INDEX job_available ON job (queue, priority, run_at, id)
                WHERE state = 'available' AND limit_key IS NULL;
            CREATE INDEX job_available_limited ON job (queue, limit_key, priority, run_at, id)
                WHERE state = 'available' AND limit_key IS NOT NULL;
            CREATE INDEX job_running ON job (lease_until) WHERE state = 'running';
            CREATE INDEX job_staged ON job (run_at) WHERE state IN ('scheduled', 'retryable');
            CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
            CREATE INDEX job_dead ON job (finished_at) WHERE state = 'discarded';
            CREATE INDEX job_parent ON job (parent) WHERE parent IS NOT NULL;
            CREATE UNIQUE INDEX job_unique ON job (unique_key)
                WHERE unique_key IS NOT NULL AND state IN ('scheduled', 'available', 'running', 'retryable');
            CREATE TABLE job_limit (
                queue TEXT NOT NULL,
                limit_key TEXT NOT NULL,
                running_max INTEGER NOT NULL CHECK (running_max > 0),
                running INTEGER NOT NULL DEFAULT 0 CHECK (running >= 0),
                interval_ns INTEGER NOT NULL DEFAULT 0,
                burst INTEGER NOT NULL DEFAULT 1 CHECK (burst > 0),
                next_ns INTEGER NOT NULL DEFAULT 0,
                turn INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (queue, limit_key)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX job_limit_turn ON job_limit (queue, turn);
            CREATE TRIGGER job_takes_limit AFTER UPDATE OF state ON job
            WHEN NEW.limit_key IS NOT NULL AND NEW.state = 'running' AND OLD.state <> 'running'
            BEGIN
                UPDATE job_limit SET running = running + 1, turn = NEW.attempted_at,
                    next_ns = max(next_ns, NEW.attempted_at) + interval_ns
                WHERE queue = NEW.queue AND limit_key = NEW.limit_key;
            END;
            CREATE TRIGGER job_gives_limit_back AFTER UPDATE OF state ON job
            WHEN NEW.limit_key IS NOT NULL AND OLD.state = 'running' AND NEW.state <> 'running'
            BEGIN
                UPDATE job_limit SET running = running - 1 WHERE queue = NEW.queue AND limit_key = NEW.limit_key;
            END;
            CREATE TRIGGER job_nudges_parent AFTER UPDATE OF state ON job
            WHEN NEW.parent IS NOT NULL AND NEW.finished_at IS NOT NULL AND OLD.finished_at IS NULL
            BEGIN
                UPDATE job SET nudges = nudges + 1,
                    run_at = CASE WHEN state = 'scheduled' THEN min(run_at, NEW.finished_at) ELSE run_at END,
                    state = CASE WHEN state = 'scheduled' THEN 'available' ELSE state END
                WHERE id = NEW.parent AND finished_at IS NULL;
            END;
            CREATE TABLE job_queue (
                name TEXT PRIMARY KEY,
                paused_at INTEGER,
                paused_by TEXT
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE job_worker (
                id BLOB PRIMARY KEY,
                host TEXT NOT NULL,
                runs TEXT NOT NULL,
                started_at INTEGER NOT NULL,
                seen_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE leadership (
                name TEXT PRIMARY KEY,
                holder BLOB NOT NULL,
                term INTEGER NOT NULL,
                held_until INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """,
        postgres: """
            CREATE FUNCTION station_now() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
            AS $$ SELECT (extract(epoch FROM now()) * 1000000)::bigint * 1000 $$;
            CREATE TABLE job (
                id uuid PRIMARY KEY,
                queue text COLLATE "C" NOT NULL,
                kind text NOT NULL,
                state text COLLATE "C" NOT NULL CHECK (state IN
                    ('scheduled', 'available', 'running', 'retryable', 'completed', 'discarded', 'cancelled')),
                priority smallint NOT NULL DEFAULT 4 CHECK (priority BETWEEN 0 AND 9),
                run_at bigint NOT NULL,
                payload text NOT NULL,
                limit_key text COLLATE "C",
                unique_key text COLLATE "C",
                attempt integer NOT NULL DEFAULT 0,
                attempt_max integer NOT NULL DEFAULT 3,
                lease_epoch bigint NOT NULL DEFAULT 0,
                lease_until bigint,
                worker uuid,
                cancel_requested smallint NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
                nudges bigint NOT NULL DEFAULT 0,
                parent uuid,
                correlation uuid,
                errors jsonb NOT NULL DEFAULT '[]',
                result text,
                inserted_at bigint NOT NULL,
                attempted_at bigint,
                finished_at bigint,
                CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'discarded', 'cancelled'))),
                CHECK ((worker IS NOT NULL) = (state = 'running')),
                CHECK ((lease_until IS NOT NULL) = (state = 'running')),
                CHECK (attempt BETWEEN 0 AND attempt_max)
            ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
            CREATE INDEX job_available ON job (queue, priority, run_at, id)
                WHERE state = 'available' AND limit_key IS NULL;
            CREATE INDEX job_available_limited ON job (queue, limit_key, priority, run_at, id)
                WHERE state = 'available' AND limit_key IS NOT NULL;
            CREATE INDEX job_running ON job (lease_until) WHERE state = 'running';
            CREATE INDEX job_staged ON job (run_at) WHERE state IN ('scheduled', 'retryable');
            CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
            CREATE INDEX job_dead ON job (finished_at) WHERE state = 'discarded';
            CREATE INDEX job_parent ON job (parent) WHERE parent IS NOT NULL;
            CREATE UNIQUE INDEX job_unique ON job (unique_key)
                WHERE unique_key IS NOT NULL AND state IN ('scheduled', 'available', 'running', 'retryable');
            CREATE TABLE job_limit (
                queue text COLLATE "C" NOT NULL,
                limit_key text COLLATE "C" NOT NULL,
                running_max integer NOT NULL CHECK (running_max > 0),
                running integer NOT NULL DEFAULT 0 CHECK (running >= 0),
                interval_ns bigint NOT NULL DEFAULT 0,
                burst integer NOT NULL DEFAULT 1 CHECK (burst > 0),
                next_ns bigint NOT NULL DEFAULT 0,
                turn bigint NOT NULL DEFAULT 0,
                PRIMARY KEY (queue, limit_key)
            ) WITH (fillfactor = 50);
            CREATE INDEX job_limit_turn ON job_limit (queue, turn);
            CREATE FUNCTION job_takes_limit() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE job_limit SET running = running + 1, turn = NEW.attempted_at,
                    next_ns = greatest(next_ns, NEW.attempted_at) + interval_ns
                WHERE queue = NEW.queue AND limit_key = NEW.limit_key;
                RETURN NULL;
            END $$;
            CREATE TRIGGER job_takes_limit AFTER UPDATE OF state ON job FOR EACH ROW
            WHEN (NEW.limit_key IS NOT NULL AND NEW.state = 'running' AND OLD.state <> 'running')
            EXECUTE FUNCTION job_takes_limit();
            CREATE FUNCTION job_gives_limit_back() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE job_limit SET running = running - 1
                WHERE queue = NEW.queue AND limit_key = NEW.limit_key;
                RETURN NULL;
            END $$;
            CREATE TRIGGER job_gives_limit_back AFTER UPDATE OF state ON job FOR EACH ROW
            WHEN (NEW.limit_key IS NOT NULL AND OLD.state = 'running' AND NEW.state <> 'running')
            EXECUTE FUNCTION job_gives_limit_back();
            CREATE FUNCTION job_nudges_parent() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE job SET nudges = nudges + 1,
                    run_at = CASE WHEN state = 'scheduled' THEN least(run_at, NEW.finished_at) ELSE run_at END,
                    state = CASE WHEN state = 'scheduled' THEN 'available' ELSE state END
                WHERE id = NEW.parent AND finished_at IS NULL;
                RETURN NULL;
            END $$;
            CREATE TRIGGER job_nudges_parent AFTER UPDATE OF state ON job FOR EACH ROW
            WHEN (NEW.parent IS NOT NULL AND NEW.finished_at IS NOT NULL AND OLD.finished_at IS NULL)
            EXECUTE FUNCTION job_nudges_parent();
            CREATE TABLE job_queue (
                name text COLLATE "C" PRIMARY KEY,
                paused_at bigint,
                paused_by text
            );
            CREATE TABLE job_worker (
                id uuid PRIMARY KEY,
                host text NOT NULL,
                runs text NOT NULL,
                started_at bigint NOT NULL,
                seen_at bigint NOT NULL
            );
            CREATE TABLE leadership (
                name text COLLATE "C" PRIMARY KEY,
                holder uuid NOT NULL,
                term bigint NOT NULL,
                held_until bigint NOT NULL
            );
            """
    )
}

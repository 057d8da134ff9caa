extension Migration {
    /// What workflows remember: runs, their steps, the signals sent to them, and the decisions of people.
    ///
    /// A run is a job: the job's row gives the lease and the fence, the rows here give the memory. The database itself
    /// ends a run whose job was cancelled or discarded, and forgets a run when its job is pruned. Approvals are kept:
    /// they say who let what pass.
    static let createWorkflows = Migration(
        id: "0005-create-workflows",
        sqlite: """
            CREATE TABLE workflow_run (
                id BLOB PRIMARY KEY,
                name TEXT NOT NULL,
                version INTEGER NOT NULL,
                state TEXT NOT NULL CHECK (state IN
                    ('running', 'waiting', 'compensating', 'completed', 'failed', 'cancelled')),
                waiting_for TEXT,
                output TEXT,
                error TEXT,
                failed_step INTEGER,
                continued_as BLOB,
                cancel_requested_at INTEGER,
                cancelled_by TEXT,
                started_at INTEGER NOT NULL,
                finished_at INTEGER,
                CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'failed', 'cancelled'))),
                CHECK ((waiting_for IS NOT NULL) = (state = 'waiting'))
            ) STRICT;
            CREATE INDEX workflow_run_name ON workflow_run (name, started_at);
            CREATE UNIQUE INDEX workflow_run_continued ON workflow_run (continued_as)
                WHERE continued_as IS NOT NULL;
            CREATE TABLE workflow_step (
                run BLOB NOT NULL,
                number INTEGER NOT NULL,
                name TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN
                    ('step', 'timer', 'signal', 'approval', 'child', 'value', 'patch', 'compensation')),
                state TEXT NOT NULL CHECK (state IN ('registered', 'started', 'completed', 'failed')),
                attempt INTEGER NOT NULL DEFAULT 1,
                output TEXT CHECK (output IS NULL OR json_valid(output)),
                errors TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(errors)),
                due_at INTEGER,
                started_at INTEGER NOT NULL,
                finished_at INTEGER,
                PRIMARY KEY (run, number),
                CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'failed')))
            ) STRICT;
            CREATE TABLE workflow_signal (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                run BLOB NOT NULL,
                name TEXT NOT NULL,
                message_id TEXT NOT NULL,
                payload TEXT NOT NULL CHECK (json_valid(payload)),
                received_at INTEGER NOT NULL,
                consumed_by_step INTEGER,
                UNIQUE (run, message_id)
            ) STRICT;
            CREATE INDEX workflow_signal_waiting ON workflow_signal (run, name, id) WHERE consumed_by_step IS NULL;
            CREATE TABLE approval (
                run BLOB NOT NULL,
                step INTEGER NOT NULL,
                round INTEGER NOT NULL,
                subject TEXT NOT NULL,
                content_hash TEXT NOT NULL,
                requested_at INTEGER NOT NULL,
                deadline INTEGER,
                decision TEXT CHECK (decision IN ('approved', 'rejected', 'expired', 'void')),
                decided_by TEXT,
                decided_at INTEGER,
                note TEXT,
                PRIMARY KEY (run, step, round),
                CHECK ((decision IS NULL) = (decided_at IS NULL)),
                CHECK ((decided_by IS NOT NULL) = (decision IS NOT NULL AND decision IN ('approved', 'rejected')))
            ) STRICT;
            CREATE INDEX approval_open ON approval (requested_at) WHERE decision IS NULL;
            CREATE TRIGGER workflow_run_ends_with_job AFTER UPDATE OF state ON job
            WHEN NEW.state IN ('cancelled', 'discarded') AND OLD.finished_at IS NULL
            BEGIN
                UPDATE workflow_run SET state = CASE NEW.state WHEN 'cancelled' THEN 'cancelled' ELSE 'failed' END,
                    waiting_for = NULL, finished_at = NEW.finished_at,
                    error = coalesce(error, 'its job was ' || NEW.state)
                WHERE id = NEW.id AND finished_at IS NULL;
            END;
            CREATE TRIGGER workflow_run_goes_with_job AFTER DELETE ON job
            BEGIN
                DELETE FROM workflow_step WHERE run = OLD.id;
                DELETE FROM workflow_signal WHERE run = OLD.id;
                DELETE FROM workflow_run WHERE id = OLD.id;
            END;
            """,
        postgres: """
            CREATE TABLE workflow_run (
                id uuid PRIMARY KEY,
                name text COLLATE "C" NOT NULL,
                version integer NOT NULL,
                state text COLLATE "C" NOT NULL CHECK (state IN
                    ('running', 'waiting', 'compensating', 'completed', 'failed', 'cancelled')),
                waiting_for text,
                output text,
                error text,
                failed_step integer,
                continued_as uuid,
                cancel_requested_at bigint,
                cancelled_by text,
                started_at bigint NOT NULL,
                finished_at bigint,
                CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'failed', 'cancelled'))),
                CHECK ((waiting_for IS NOT NULL) = (state = 'waiting'))
            ) WITH (fillfactor = 70);
            CREATE INDEX workflow_run_name ON workflow_run (name, started_at);
            CREATE UNIQUE INDEX workflow_run_continued ON workflow_run (continued_as)
                WHERE continued_as IS NOT NULL;
            CREATE TABLE workflow_step (
                run uuid NOT NULL,
                number integer NOT NULL,
                name text NOT NULL,
                kind text COLLATE "C" NOT NULL CHECK (kind IN
                    ('step', 'timer', 'signal', 'approval', 'child', 'value', 'patch', 'compensation')),
                state text COLLATE "C" NOT NULL CHECK (state IN ('registered', 'started', 'completed', 'failed')),
                attempt integer NOT NULL DEFAULT 1,
                output text,
                errors text NOT NULL DEFAULT '[]',
                due_at bigint,
                started_at bigint NOT NULL,
                finished_at bigint,
                PRIMARY KEY (run, number),
                CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'failed')))
            );
            CREATE TABLE workflow_signal (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                run uuid NOT NULL,
                name text COLLATE "C" NOT NULL,
                message_id text COLLATE "C" NOT NULL,
                payload text NOT NULL,
                received_at bigint NOT NULL,
                consumed_by_step integer,
                UNIQUE (run, message_id)
            );
            CREATE INDEX workflow_signal_waiting ON workflow_signal (run, name, id) WHERE consumed_by_step IS NULL;
            CREATE TABLE approval (
                run uuid NOT NULL,
                step integer NOT NULL,
                round integer NOT NULL,
                subject text COLLATE "C" NOT NULL,
                content_hash text COLLATE "C" NOT NULL,
                requested_at bigint NOT NULL,
                deadline bigint,
                decision text COLLATE "C" CHECK (decision IN ('approved', 'rejected', 'expired', 'void')),
                decided_by text,
                decided_at bigint,
                note text,
                PRIMARY KEY (run, step, round),
                CHECK ((decision IS NULL) = (decided_at IS NULL)),
                CHECK ((decided_by IS NOT NULL) = (decision IS NOT NULL AND decision IN ('approved', 'rejected')))
            );
            CREATE INDEX approval_open ON approval (requested_at) WHERE decision IS NULL;
            CREATE FUNCTION workflow_run_ends_with_job() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE workflow_run SET state = CASE NEW.state WHEN 'cancelled' THEN 'cancelled' ELSE 'failed' END,
                    waiting_for = NULL, finished_at = NEW.finished_at,
                    error = coalesce(error, 'its job was ' || NEW.state)
                WHERE id = NEW.id AND finished_at IS NULL;
                RETURN NULL;
            END $$;
            CREATE TRIGGER workflow_run_ends_with_job AFTER UPDATE OF state ON job FOR EACH ROW
            WHEN (NEW.state IN ('cancelled', 'discarded') AND OLD.finished_at IS NULL)
            EXECUTE FUNCTION workflow_run_ends_with_job();
            CREATE FUNCTION workflow_run_goes_with_job() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                DELETE FROM workflow_step WHERE run = OLD.id;
                DELETE FROM workflow_signal WHERE run = OLD.id;
                DELETE FROM workflow_run WHERE id = OLD.id;
                RETURN NULL;
            END $$;
            CREATE TRIGGER workflow_run_goes_with_job AFTER DELETE ON job FOR EACH ROW
            EXECUTE FUNCTION workflow_run_goes_with_job();
            """
    )
}

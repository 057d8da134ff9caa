extension Migration {
    /// The films that are ordered: what is to be in them, how far they are, and what came of them.
    ///
    /// `script` is what was ordered, `result` what the renderer told of the film, both JSON. `epoch` is the fence: what an
    /// attempt writes holds only while no later attempt has begun. Times are nanoseconds since 1970.
    static let createFilms = Migration(
        id: "0022-create-films",
        sqlite: """
            CREATE TABLE film (
                id BLOB NOT NULL PRIMARY KEY,
                owner BLOB,
                request_key TEXT,
                script_hash TEXT NOT NULL,
                script TEXT NOT NULL CHECK (json_valid(script)),
                title TEXT NOT NULL,
                form TEXT NOT NULL,
                scenes INTEGER NOT NULL CHECK (scenes > 0),
                state TEXT NOT NULL
                    CHECK (state IN ('waiting', 'speaking', 'drawing', 'done', 'failed', 'cancelled')),
                progress_done INTEGER NOT NULL DEFAULT 0 CHECK (progress_done >= 0),
                progress_total INTEGER NOT NULL DEFAULT 0 CHECK (progress_total >= progress_done),
                epoch INTEGER NOT NULL DEFAULT 0,
                failures INTEGER NOT NULL DEFAULT 0,
                reason TEXT,
                result TEXT CHECK (result IS NULL OR json_valid(result)),
                size_bytes INTEGER NOT NULL DEFAULT 0,
                credits INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0),
                created_at INTEGER NOT NULL,
                started_at INTEGER,
                ended_at INTEGER,
                CHECK ((state = 'done') = (result IS NOT NULL)),
                CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
            ) STRICT;
            CREATE UNIQUE INDEX film_request ON film (owner, request_key) WHERE request_key IS NOT NULL;
            CREATE INDEX film_owner ON film (owner, id);
            CREATE INDEX film_open ON film (id) WHERE state IN ('waiting', 'speaking', 'drawing');
            CREATE TRIGGER film_end_is_final BEFORE UPDATE OF state ON film
            WHEN OLD.state IN ('done', 'failed', 'cancelled') AND NEW.state <> OLD.state
            BEGIN SELECT RAISE(ABORT, 'the end of a film is final'); END;
            """,
        postgres: """
            CREATE TABLE film (
                id uuid NOT NULL PRIMARY KEY,
                owner uuid,
                request_key text COLLATE "C",
                script_hash text COLLATE "C" NOT NULL,
                script text NOT NULL,
                title text NOT NULL,
                form text COLLATE "C" NOT NULL,
                scenes bigint NOT NULL CHECK (scenes > 0),
                state text COLLATE "C" NOT NULL
                    CHECK (state IN ('waiting', 'speaking', 'drawing', 'done', 'failed', 'cancelled')),
                progress_done bigint NOT NULL DEFAULT 0 CHECK (progress_done >= 0),
                progress_total bigint NOT NULL DEFAULT 0 CHECK (progress_total >= progress_done),
                epoch bigint NOT NULL DEFAULT 0,
                failures bigint NOT NULL DEFAULT 0,
                reason text,
                result text,
                size_bytes bigint NOT NULL DEFAULT 0,
                credits bigint NOT NULL DEFAULT 0 CHECK (credits >= 0),
                created_at bigint NOT NULL,
                started_at bigint,
                ended_at bigint,
                CHECK ((state = 'done') = (result IS NOT NULL)),
                CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
            );
            CREATE UNIQUE INDEX film_request ON film (owner, request_key) WHERE request_key IS NOT NULL;
            CREATE INDEX film_owner ON film (owner, id);
            CREATE INDEX film_open ON film (id) WHERE state IN ('waiting', 'speaking', 'drawing');
            CREATE FUNCTION film_guard() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.state IN ('done', 'failed', 'cancelled') AND NEW.state <> OLD.state THEN
                    RAISE EXCEPTION 'the end of a film is final';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER film_end_is_final BEFORE UPDATE OF state ON film
            FOR EACH ROW EXECUTE FUNCTION film_guard();
            """
    )
}

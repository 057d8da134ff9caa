extension Migration {
    /// What the community decides: proposals, who held how much when they were made, ballots, and what became of them.
    ///
    /// A ballot's row never changes, and its weight is that of the snapshot. Amounts are base units of the token, which
    /// fit into 63 bits: a token with more is refused when its holders are read. Times are nanoseconds since 1970.
    static let createGovernance = Migration(
        id: "0019-create-governance",
        sqlite: """
            CREATE TABLE token_snapshot (
                id BLOB PRIMARY KEY,
                chain TEXT NOT NULL,
                token TEXT NOT NULL,
                decimals INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 255),
                position INTEGER NOT NULL,
                supply INTEGER NOT NULL CHECK (supply >= 0),
                holders INTEGER NOT NULL,
                holders_hash TEXT NOT NULL,
                endpoints TEXT NOT NULL,
                made_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE token_snapshot_holder (
                snapshot_id BLOB NOT NULL REFERENCES token_snapshot (id) ON DELETE CASCADE,
                owner TEXT NOT NULL,
                weight INTEGER NOT NULL CHECK (weight >= 0),
                delegate TEXT,
                PRIMARY KEY (snapshot_id, owner)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX token_snapshot_delegate ON token_snapshot_holder (snapshot_id, delegate)
                WHERE delegate IS NOT NULL;
            CREATE TABLE proposal (
                id BLOB PRIMARY KEY,
                title TEXT NOT NULL,
                description TEXT NOT NULL,
                media_url TEXT,
                creator_id BLOB,
                creator_wallet TEXT NOT NULL,
                snapshot_id BLOB NOT NULL REFERENCES token_snapshot (id),
                rules TEXT NOT NULL CHECK (json_valid(rules)),
                document TEXT NOT NULL,
                document_hash TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN (
                    'voting', 'passed', 'rejected', 'no_quorum', 'vetoed', 'executing', 'executed', 'execution_failed'
                )),
                life TEXT NOT NULL CHECK (json_valid(life)),
                opens_at INTEGER NOT NULL,
                closes_at INTEGER NOT NULL,
                ballots INTEGER NOT NULL DEFAULT 0,
                cast_weight INTEGER NOT NULL DEFAULT 0,
                yes_weight INTEGER NOT NULL DEFAULT 0,
                no_weight INTEGER NOT NULL DEFAULT 0,
                result TEXT CHECK (result IS NULL OR json_valid(result)),
                ballots_root TEXT,
                reason TEXT,
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX proposal_state ON proposal (state, closes_at);
            CREATE TABLE ballot (
                proposal_id BLOB NOT NULL REFERENCES proposal (id),
                seq INTEGER NOT NULL CHECK (seq >= 0),
                voter TEXT NOT NULL,
                choice TEXT NOT NULL,
                weight INTEGER NOT NULL CHECK (weight >= 0),
                form TEXT NOT NULL,
                nonce TEXT NOT NULL,
                issued_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                signature TEXT NOT NULL,
                signed_hash TEXT NOT NULL,
                cast_at INTEGER NOT NULL,
                PRIMARY KEY (proposal_id, seq),
                UNIQUE (proposal_id, voter)
            ) STRICT, WITHOUT ROWID;
            CREATE TRIGGER ballot_is_final BEFORE UPDATE ON ballot
            BEGIN SELECT RAISE(ABORT, 'a ballot is final'); END;
            CREATE TRIGGER ballot_is_kept BEFORE DELETE ON ballot
            BEGIN SELECT RAISE(ABORT, 'a ballot is kept'); END;
            CREATE TABLE vote_delegation (
                chain TEXT NOT NULL,
                token TEXT NOT NULL,
                delegator TEXT NOT NULL,
                delegate TEXT NOT NULL,
                nonce TEXT NOT NULL,
                signature TEXT NOT NULL,
                since INTEGER NOT NULL,
                PRIMARY KEY (chain, token, delegator)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE used_nonce (
                signer TEXT NOT NULL,
                nonce TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY (signer, nonce)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX used_nonce_end ON used_nonce (expires_at);
            CREATE TABLE chain_anchor (
                proposal_id BLOB PRIMARY KEY REFERENCES proposal (id),
                memo TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('unavailable', 'waiting', 'sent', 'confirmed', 'failed')),
                detail TEXT,
                signature TEXT,
                bytes BLOB,
                last_valid_height INTEGER,
                attempts INTEGER NOT NULL DEFAULT 0,
                position INTEGER,
                updated_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE treasury_entry (
                id BLOB PRIMARY KEY,
                party TEXT NOT NULL CHECK (party IN ('creator', 'relayers', 'dao')),
                holder TEXT NOT NULL,
                currency TEXT NOT NULL,
                amount INTEGER NOT NULL CHECK (amount <> 0),
                kind TEXT NOT NULL CHECK (kind IN ('revenue', 'tip', 'withdrawal')),
                channel TEXT,
                cause TEXT NOT NULL,
                note TEXT NOT NULL,
                at INTEGER NOT NULL,
                UNIQUE (cause, party, holder)
            ) STRICT;
            CREATE INDEX treasury_entry_holder ON treasury_entry (party, holder, currency, at);
            """,
        postgres: """
            CREATE TABLE token_snapshot (
                id uuid PRIMARY KEY,
                chain text COLLATE "C" NOT NULL,
                token text COLLATE "C" NOT NULL,
                decimals smallint NOT NULL CHECK (decimals BETWEEN 0 AND 255),
                position bigint NOT NULL,
                supply bigint NOT NULL CHECK (supply >= 0),
                holders integer NOT NULL,
                holders_hash text COLLATE "C" NOT NULL,
                endpoints text NOT NULL,
                made_at bigint NOT NULL
            );
            CREATE TABLE token_snapshot_holder (
                snapshot_id uuid NOT NULL REFERENCES token_snapshot (id) ON DELETE CASCADE,
                owner text COLLATE "C" NOT NULL,
                weight bigint NOT NULL CHECK (weight >= 0),
                delegate text COLLATE "C",
                PRIMARY KEY (snapshot_id, owner)
            );
            CREATE INDEX token_snapshot_delegate ON token_snapshot_holder (snapshot_id, delegate)
                WHERE delegate IS NOT NULL;
            CREATE TABLE proposal (
                id uuid PRIMARY KEY,
                title text NOT NULL,
                description text NOT NULL,
                media_url text,
                creator_id uuid,
                creator_wallet text COLLATE "C" NOT NULL,
                snapshot_id uuid NOT NULL REFERENCES token_snapshot (id),
                rules text NOT NULL,
                document text NOT NULL,
                document_hash text COLLATE "C" NOT NULL,
                state text COLLATE "C" NOT NULL CHECK (state IN (
                    'voting', 'passed', 'rejected', 'no_quorum', 'vetoed', 'executing', 'executed', 'execution_failed'
                )),
                life text NOT NULL,
                opens_at bigint NOT NULL,
                closes_at bigint NOT NULL,
                ballots bigint NOT NULL DEFAULT 0,
                cast_weight bigint NOT NULL DEFAULT 0,
                yes_weight bigint NOT NULL DEFAULT 0,
                no_weight bigint NOT NULL DEFAULT 0,
                result text,
                ballots_root text COLLATE "C",
                reason text,
                created_at bigint NOT NULL
            ) WITH (fillfactor = 70);
            CREATE INDEX proposal_state ON proposal (state, closes_at);
            CREATE TABLE ballot (
                proposal_id uuid NOT NULL REFERENCES proposal (id),
                seq bigint NOT NULL CHECK (seq >= 0),
                voter text COLLATE "C" NOT NULL,
                choice text COLLATE "C" NOT NULL,
                weight bigint NOT NULL CHECK (weight >= 0),
                form text COLLATE "C" NOT NULL,
                nonce text COLLATE "C" NOT NULL,
                issued_at bigint NOT NULL,
                expires_at bigint NOT NULL,
                signature text COLLATE "C" NOT NULL,
                signed_hash text COLLATE "C" NOT NULL,
                cast_at bigint NOT NULL,
                PRIMARY KEY (proposal_id, seq),
                UNIQUE (proposal_id, voter)
            );
            CREATE FUNCTION ballot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'a ballot is final';
            END $$;
            CREATE TRIGGER ballot_is_final BEFORE UPDATE OR DELETE ON ballot
            FOR EACH ROW EXECUTE FUNCTION ballot_guard();
            CREATE TABLE vote_delegation (
                chain text COLLATE "C" NOT NULL,
                token text COLLATE "C" NOT NULL,
                delegator text COLLATE "C" NOT NULL,
                delegate text COLLATE "C" NOT NULL,
                nonce text COLLATE "C" NOT NULL,
                signature text COLLATE "C" NOT NULL,
                since bigint NOT NULL,
                PRIMARY KEY (chain, token, delegator)
            );
            CREATE TABLE used_nonce (
                signer text COLLATE "C" NOT NULL,
                nonce text COLLATE "C" NOT NULL,
                expires_at bigint NOT NULL,
                PRIMARY KEY (signer, nonce)
            );
            CREATE INDEX used_nonce_end ON used_nonce (expires_at);
            CREATE TABLE chain_anchor (
                proposal_id uuid PRIMARY KEY REFERENCES proposal (id),
                memo text COLLATE "C" NOT NULL,
                state text COLLATE "C" NOT NULL
                    CHECK (state IN ('unavailable', 'waiting', 'sent', 'confirmed', 'failed')),
                detail text,
                signature text COLLATE "C",
                bytes bytea,
                last_valid_height bigint,
                attempts integer NOT NULL DEFAULT 0,
                position bigint,
                updated_at bigint NOT NULL
            );
            CREATE TABLE treasury_entry (
                id uuid PRIMARY KEY,
                party text COLLATE "C" NOT NULL CHECK (party IN ('creator', 'relayers', 'dao')),
                holder text COLLATE "C" NOT NULL,
                currency text COLLATE "C" NOT NULL,
                amount bigint NOT NULL CHECK (amount <> 0),
                kind text COLLATE "C" NOT NULL CHECK (kind IN ('revenue', 'tip', 'withdrawal')),
                channel text COLLATE "C",
                cause text COLLATE "C" NOT NULL,
                note text NOT NULL,
                at bigint NOT NULL,
                UNIQUE (cause, party, holder)
            );
            CREATE INDEX treasury_entry_holder ON treasury_entry (party, holder, currency, at);
            """
    )
}

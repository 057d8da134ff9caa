extension Migration {
    /// Who may use the station: accounts, what they log in with, and the wallets they have shown to be theirs.
    ///
    /// No secret is kept: passwords as slow salted hashes, everything that is random as its SHA-256. Times are the
    /// daemon's, in nanoseconds since 1970. A picture has a table of its own, so that reading an account reads no picture.
    static let createIdentity = Migration(
        id: "0008-create-identity",
        sqlite: """
            CREATE TABLE user_account (
                id BLOB PRIMARY KEY,
                email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
                display_name TEXT NOT NULL,
                password_hash TEXT NOT NULL,
                role TEXT NOT NULL CHECK (role IN ('viewer', 'client', 'operator', 'admin')),
                tier TEXT NOT NULL CHECK (tier IN ('free', 'pro', 'enterprise')),
                failed_logins INTEGER NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
                locked_until INTEGER,
                disabled_at INTEGER,
                settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE user_session (
                id BLOB PRIMARY KEY,
                user_id BLOB NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                kind TEXT NOT NULL CHECK (kind IN ('token', 'browser')),
                secret_hash BLOB NOT NULL UNIQUE,
                previous_hash BLOB,
                family_hash BLOB,
                generation INTEGER NOT NULL DEFAULT 1 CHECK (generation > 0),
                address TEXT NOT NULL,
                user_agent TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                rotated_at INTEGER NOT NULL,
                last_used_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                revoked_at INTEGER,
                CHECK ((family_hash IS NOT NULL) = (kind = 'token'))
            ) STRICT;
            CREATE INDEX user_session_user ON user_session (user_id, last_used_at);
            CREATE TABLE api_key (
                id BLOB PRIMARY KEY,
                user_id BLOB NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                secret_hash BLOB NOT NULL UNIQUE,
                shown_prefix TEXT NOT NULL,
                scopes TEXT NOT NULL,
                role_cap TEXT CHECK (role_cap IN ('viewer', 'client', 'operator', 'admin')),
                created_at INTEGER NOT NULL,
                expires_at INTEGER,
                last_used_at INTEGER,
                revoked_at INTEGER
            ) STRICT;
            CREATE INDEX api_key_user ON api_key (user_id, id);
            CREATE TABLE wallet_challenge (
                id BLOB PRIMARY KEY,
                user_id BLOB NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                chain TEXT NOT NULL,
                address TEXT NOT NULL,
                message TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                used_at INTEGER
            ) STRICT;
            CREATE INDEX wallet_challenge_user ON wallet_challenge (user_id, created_at);
            CREATE TABLE wallet_link (
                id BLOB PRIMARY KEY,
                user_id BLOB NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                chain TEXT NOT NULL,
                address TEXT NOT NULL,
                linked_at INTEGER NOT NULL,
                UNIQUE (chain, address)
            ) STRICT;
            CREATE INDEX wallet_link_user ON wallet_link (user_id, id);
            CREATE TABLE user_avatar (
                user_id BLOB PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
                format TEXT NOT NULL CHECK (format IN ('jpeg', 'png', 'webp')),
                content BLOB NOT NULL CHECK (length(content) BETWEEN 1 AND 5242880),
                content_hash BLOB NOT NULL,
                updated_at INTEGER NOT NULL
            ) STRICT;
            """,
        postgres: """
            CREATE TABLE user_account (
                id uuid PRIMARY KEY,
                email text COLLATE "C" NOT NULL UNIQUE CHECK (email = lower(email)),
                display_name text NOT NULL,
                password_hash text NOT NULL,
                role text NOT NULL CHECK (role IN ('viewer', 'client', 'operator', 'admin')),
                tier text NOT NULL CHECK (tier IN ('free', 'pro', 'enterprise')),
                failed_logins integer NOT NULL DEFAULT 0 CHECK (failed_logins >= 0),
                locked_until bigint,
                disabled_at bigint,
                settings json NOT NULL DEFAULT '{}',
                created_at bigint NOT NULL,
                updated_at bigint NOT NULL
            );
            CREATE TABLE user_session (
                id uuid PRIMARY KEY,
                user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                kind text NOT NULL CHECK (kind IN ('token', 'browser')),
                secret_hash bytea NOT NULL UNIQUE,
                previous_hash bytea,
                family_hash bytea,
                generation integer NOT NULL DEFAULT 1 CHECK (generation > 0),
                address text NOT NULL,
                user_agent text NOT NULL,
                created_at bigint NOT NULL,
                rotated_at bigint NOT NULL,
                last_used_at bigint NOT NULL,
                expires_at bigint NOT NULL,
                revoked_at bigint,
                CHECK ((family_hash IS NOT NULL) = (kind = 'token'))
            ) WITH (fillfactor = 70);
            CREATE INDEX user_session_user ON user_session (user_id, last_used_at);
            CREATE TABLE api_key (
                id uuid PRIMARY KEY,
                user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                name text NOT NULL,
                secret_hash bytea NOT NULL UNIQUE,
                shown_prefix text NOT NULL,
                scopes text NOT NULL,
                role_cap text CHECK (role_cap IN ('viewer', 'client', 'operator', 'admin')),
                created_at bigint NOT NULL,
                expires_at bigint,
                last_used_at bigint,
                revoked_at bigint
            ) WITH (fillfactor = 70);
            CREATE INDEX api_key_user ON api_key (user_id, id);
            CREATE TABLE wallet_challenge (
                id uuid PRIMARY KEY,
                user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                chain text NOT NULL,
                address text NOT NULL,
                message text NOT NULL,
                created_at bigint NOT NULL,
                expires_at bigint NOT NULL,
                used_at bigint
            );
            CREATE INDEX wallet_challenge_user ON wallet_challenge (user_id, created_at);
            CREATE TABLE wallet_link (
                id uuid PRIMARY KEY,
                user_id uuid NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
                chain text NOT NULL,
                address text COLLATE "C" NOT NULL,
                linked_at bigint NOT NULL,
                UNIQUE (chain, address)
            );
            CREATE INDEX wallet_link_user ON wallet_link (user_id, id);
            CREATE TABLE user_avatar (
                user_id uuid PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
                format text NOT NULL CHECK (format IN ('jpeg', 'png', 'webp')),
                content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 5242880),
                content_hash bytea NOT NULL,
                updated_at bigint NOT NULL
            );
            """
    )
}

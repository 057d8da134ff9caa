import Store

/// The statements about sessions.
enum SessionSQL {
    /// Arguments: id, user_id, kind, secret_hash, family_hash, address, user_agent, created_at, expires_at.
    static let insert: SQL = """
        INSERT INTO user_session (id, user_id, kind, secret_hash, family_hash, address, user_agent, created_at,
            rotated_at, last_used_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8, ?9)
        """
    /// Those that are over.
    ///
    /// Arguments: user_id, now.
    static let clear: SQL = """
        DELETE FROM user_session WHERE user_id = ?1 AND (expires_at <= ?2 OR revoked_at IS NOT NULL)
        """
    /// Those beyond a number, the longest unused ones.
    ///
    /// Arguments: user_id, the number.
    static let crowdOut: SQL = """
        DELETE FROM user_session WHERE id IN (
            SELECT id FROM user_session WHERE user_id = ?1 ORDER BY last_used_at DESC, id DESC LIMIT 10000 OFFSET ?2)
        RETURNING id
        """
    /// Arguments: user_id, now.
    static let list = SQL(
        stringLiteral: """
            SELECT \(UserSession.columns) FROM user_session
            WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 ORDER BY last_used_at DESC, id DESC
            """
    )
    private static let tokenState = """
        s.user_id, s.secret_hash, s.previous_hash, s.family_hash, s.rotated_at, s.expires_at, s.revoked_at, s.generation
        """
    /// A session for whoever rotates it.
    static let hold = SQL(
        sqlite: "SELECT \(tokenState) FROM user_session s WHERE s.id = ?1 AND s.kind = 'token'",
        postgres: "SELECT \(tokenState) FROM user_session s WHERE s.id = $1 AND s.kind = 'token' FOR UPDATE"
    )
    /// Arguments: id, the new hash, the old hash, now, expires_at, address, user_agent.
    static let rotate: SQL = """
        UPDATE user_session SET secret_hash = ?2, previous_hash = ?3, generation = generation + 1, rotated_at = ?4,
            last_used_at = ?4, expires_at = ?5, address = ?6, user_agent = ?7
        WHERE id = ?1
        """
    /// Arguments: id, user_id, now.
    static let revoke: SQL = """
        UPDATE user_session SET revoked_at = ?3
        WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL AND expires_at > ?3
        """
    /// All of an account but one.
    ///
    /// Arguments: user_id, now, the one that stays.
    static let revokeOthers: SQL = """
        UPDATE user_session SET revoked_at = ?2
        WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND id <> ?3
        """
    /// Arguments: id, now, expires_at of a browser's.
    static let noteUse: SQL = """
        UPDATE user_session SET last_used_at = ?2, expires_at = CASE kind WHEN 'browser' THEN ?3 ELSE expires_at END
        WHERE id = ?1 AND revoked_at IS NULL AND last_used_at < ?2
        """
}

/// The statements that ask how a credential stands.
enum StandingSQL {
    private static let user = "u.id, u.email, u.role, u.tier, u.disabled_at"
    private static let session = """
        SELECT \(user), s.id, s.expires_at, s.revoked_at, s.last_used_at, s.kind
        FROM user_session s JOIN user_account u ON u.id = s.user_id
        """
    private static let key = """
        SELECT \(user), k.id, k.expires_at, k.revoked_at, k.last_used_at, 'key', k.scopes, k.role_cap
        FROM api_key k JOIN user_account u ON u.id = k.user_id
        """

    static let bySession = SQL(stringLiteral: "\(session) WHERE s.id = ?1")
    static let byBrowserSecret = SQL(stringLiteral: "\(session) WHERE s.secret_hash = ?1 AND s.kind = 'browser'")
    static let byKey = SQL(stringLiteral: "\(key) WHERE k.id = ?1")
    static let byKeySecret = SQL(stringLiteral: "\(key) WHERE k.secret_hash = ?1")
}

import Store

/// The statements about API keys.
enum KeySQL {
    /// Those that can be used.
    ///
    /// Arguments: user_id, now.
    static let count: SQL = """
        SELECT count(*) FROM api_key WHERE user_id = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)
        """
    /// Arguments: id, user_id, name, secret_hash, shown_prefix, scopes, role_cap, created_at, expires_at.
    static let insert = SQL(
        stringLiteral: """
            INSERT INTO api_key (id, user_id, name, secret_hash, shown_prefix, scopes, role_cap, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING \(APIKey.columns)
            """
    )
    /// The oldest that can be used no more, beyond a number.
    ///
    /// Arguments: user_id, now, the number.
    static let clear: SQL = """
        DELETE FROM api_key WHERE id IN (
            SELECT id FROM api_key
            WHERE user_id = ?1 AND (revoked_at IS NOT NULL OR expires_at <= ?2)
            ORDER BY id DESC LIMIT 10000 OFFSET ?3)
        """
    static let list = SQL(stringLiteral: "SELECT \(APIKey.columns) FROM api_key WHERE user_id = ?1 ORDER BY id DESC")
    /// Arguments: id, user_id, now.
    static let revoke: SQL = """
        UPDATE api_key SET revoked_at = ?3 WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL RETURNING name
        """
    /// Arguments: id, now.
    static let noteUse: SQL = """
        UPDATE api_key SET last_used_at = ?2
        WHERE id = ?1 AND revoked_at IS NULL AND (last_used_at IS NULL OR last_used_at < ?2)
        """
}

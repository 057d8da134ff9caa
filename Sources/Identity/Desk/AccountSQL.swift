import Store

/// The statements about accounts.
enum AccountSQL {
    /// What a log-in needs beside the account: `password_hash`, `failed_logins`.
    private static let secret = "\(UserAccount.columns), password_hash, failed_logins"

    static let byEmail = SQL(stringLiteral: "SELECT \(secret) FROM user_account WHERE email = ?1")
    static let byID = SQL(stringLiteral: "SELECT \(secret) FROM user_account WHERE id = ?1")
    /// The row for whoever changes it: others wait for the end of the transaction.
    static let hold = SQL(
        sqlite: "SELECT \(secret) FROM user_account WHERE id = ?1",
        postgres: "SELECT \(secret) FROM user_account WHERE id = $1 FOR UPDATE"
    )
    /// In the order in which they were made.
    ///
    /// Arguments: the account before, the most rows.
    static let list = SQL(
        stringLiteral: "SELECT \(UserAccount.columns) FROM user_account WHERE id > ?1 ORDER BY id LIMIT ?2"
    )
    /// Arguments: id, email, display_name, password_hash, role, tier, created_at.
    static let insert: SQL = """
        INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (email) DO NOTHING
        """
    /// Arguments: id, failed_logins, locked_until.
    static let setStanding: SQL = "UPDATE user_account SET failed_logins = ?2, locked_until = ?3 WHERE id = ?1"
    /// Arguments: id, password_hash, updated_at.
    static let setPassword: SQL = """
        UPDATE user_account SET password_hash = ?2, failed_logins = 0, locked_until = NULL, updated_at = ?3 WHERE id = ?1
        """
    /// Arguments: id, role, tier, disabled_at, updated_at.
    static let change: SQL = """
        UPDATE user_account SET role = ?2, tier = ?3, disabled_at = ?4, updated_at = ?5 WHERE id = ?1
        """
    /// Arguments: id, display_name, updated_at.
    static let setDisplayName = SQL(
        stringLiteral: """
            UPDATE user_account SET display_name = ?2, updated_at = ?3 WHERE id = ?1 RETURNING \(UserAccount.columns)
            """
    )
    static let settings: SQL = "SELECT settings FROM user_account WHERE id = ?1"
    /// Arguments: id, settings, updated_at.
    static let setSettings: SQL = "UPDATE user_account SET settings = ?2, updated_at = ?3 WHERE id = ?1 RETURNING 1"

    static let avatar: SQL = "SELECT format, content, content_hash, updated_at FROM user_avatar WHERE user_id = ?1"
    /// Arguments: user_id, format, content, content_hash, updated_at.
    static let setAvatar: SQL = """
        INSERT INTO user_avatar (user_id, format, content, content_hash, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (user_id) DO UPDATE SET format = excluded.format, content = excluded.content,
            content_hash = excluded.content_hash, updated_at = excluded.updated_at
        """
    static let removeAvatar: SQL = "DELETE FROM user_avatar WHERE user_id = ?1 RETURNING 1"
}

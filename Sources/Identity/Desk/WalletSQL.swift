import Store

/// The statements about wallets.
enum WalletSQL {
    /// Those of an account that are over.
    ///
    /// Arguments: user_id, now.
    static let clearChallenges: SQL = """
        DELETE FROM wallet_challenge WHERE user_id = ?1 AND (expires_at <= ?2 OR used_at IS NOT NULL)
        """
    static let countChallenges: SQL = "SELECT count(*) FROM wallet_challenge WHERE user_id = ?1"
    /// Arguments: id, user_id, chain, address, message, created_at, expires_at.
    static let insertChallenge: SQL = """
        INSERT INTO wallet_challenge (id, user_id, chain, address, message, created_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
    /// Arguments: id, user_id, now.
    static let challenge: SQL = """
        SELECT chain, address, message FROM wallet_challenge
        WHERE id = ?1 AND user_id = ?2 AND used_at IS NULL AND expires_at > ?3
        """
    /// Takes a challenge, once.
    ///
    /// Arguments: id, user_id, now.
    static let useChallenge: SQL = """
        UPDATE wallet_challenge SET used_at = ?3
        WHERE id = ?1 AND user_id = ?2 AND used_at IS NULL AND expires_at > ?3 RETURNING chain, address, message
        """
    /// Arguments: id, user_id, chain, address, linked_at.
    static let link: SQL = """
        INSERT INTO wallet_link (id, user_id, chain, address, linked_at) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (chain, address) DO NOTHING
        """
    static let count: SQL = "SELECT count(*) FROM wallet_link WHERE user_id = ?1"
    static let list: SQL = """
        SELECT id, user_id, chain, address, linked_at FROM wallet_link WHERE user_id = ?1 ORDER BY id DESC
        """
    /// Arguments: id, user_id.
    static let unlink: SQL = "DELETE FROM wallet_link WHERE id = ?1 AND user_id = ?2 RETURNING chain, address"
}

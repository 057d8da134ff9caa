import Store

/// The statements about ballots.
enum BallotSQL {
    /// What a wallet has at a snapshot, whether it has voted, and whether somebody has it vote for them.
    ///
    /// Arguments: proposal_id, snapshot_id, voter.
    static let standing: SQL = """
        SELECT
            (SELECT weight FROM token_snapshot_holder WHERE snapshot_id = ?2 AND owner = ?3),
            (SELECT seq FROM ballot WHERE proposal_id = ?1 AND voter = ?3),
            (SELECT 1 FROM token_snapshot_holder WHERE snapshot_id = ?2 AND delegate = ?3 LIMIT 1)
        """
    /// Arguments: proposal_id, seq, voter, choice, weight, form, nonce, issued_at, expires_at, signature, signed_hash,
    /// cast_at.
    static let insert: SQL = """
        INSERT INTO ballot
            (proposal_id, seq, voter, choice, weight, form, nonce, issued_at, expires_at, signature, signed_hash,
            cast_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """
    /// Arguments: id, ballots, cast_weight, yes_weight, no_weight.
    static let setSums: SQL = """
        UPDATE proposal SET ballots = ?2, cast_weight = ?3, yes_weight = ?4, no_weight = ?5 WHERE id = ?1
        """
    private static let columns = """
        seq, voter, choice, weight, form, nonce, issued_at, expires_at, signature, signed_hash, cast_at
        """
    /// In their order.
    ///
    /// Arguments: proposal_id, from, limit.
    static let page = SQL(
        stringLiteral: "SELECT \(columns) FROM ballot WHERE proposal_id = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3"
    )
    /// Arguments: proposal_id, voter.
    static let ofVoter = SQL(stringLiteral: "SELECT \(columns) FROM ballot WHERE proposal_id = ?1 AND voter = ?2")
    /// Whether anybody has somebody else vote for them.
    static let hasDelegates: SQL = """
        SELECT 1 FROM token_snapshot_holder WHERE snapshot_id = ?1 AND delegate IS NOT NULL LIMIT 1
        """
    /// In the order of their addresses.
    ///
    /// Arguments: snapshot_id, after, limit.
    static let holders: SQL = """
        SELECT owner, weight, delegate FROM token_snapshot_holder
        WHERE snapshot_id = ?1 AND owner > ?2 ORDER BY owner LIMIT ?3
        """
}

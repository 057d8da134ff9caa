import Store

/// The statements about proposals and the snapshots that they stand on.
enum ProposalSQL {
    /// Arguments: id, chain, token, decimals, position, supply, holders, holders_hash, endpoints, made_at.
    static let insertSnapshot: SQL = """
        INSERT INTO token_snapshot
            (id, chain, token, decimals, position, supply, holders, holders_hash, endpoints, made_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """
    /// Holders, many at a time, each with whom it has vote for it now.
    ///
    /// Arguments: snapshot_id, `[["owner", weight], …]`, chain, token.
    static let insertHolders = SQL(
        sqlite: """
            INSERT INTO token_snapshot_holder (snapshot_id, owner, weight, delegate)
            SELECT ?1, value ->> 0, value ->> 1, d.delegate
            FROM json_each(?2) LEFT JOIN vote_delegation d
                ON d.chain = ?3 AND d.token = ?4 AND d.delegator = value ->> 0
            """,
        postgres: """
            INSERT INTO token_snapshot_holder (snapshot_id, owner, weight, delegate)
            SELECT $1, value ->> 0, (value ->> 1)::bigint, d.delegate
            FROM json_array_elements($2::json) LEFT JOIN vote_delegation d
                ON d.chain = $3 AND d.token = $4 AND d.delegator = value ->> 0
            """
    )
    /// Those who hold nothing and have others vote for them: weight that others gave them goes on from there.
    ///
    /// Arguments: snapshot_id, chain, token.
    static let insertRelays: SQL = """
        INSERT INTO token_snapshot_holder (snapshot_id, owner, weight, delegate)
        SELECT ?1, d.delegator, 0, d.delegate FROM vote_delegation d
        WHERE d.chain = ?2 AND d.token = ?3 AND NOT EXISTS (
            SELECT 1 FROM token_snapshot_holder h WHERE h.snapshot_id = ?1 AND h.owner = d.delegator
        )
        """
    /// Arguments: id, title, description, media_url, creator_id, creator_wallet, snapshot_id, rules, document,
    /// document_hash, state, life, opens_at, closes_at, created_at.
    static let insert: SQL = """
        INSERT INTO proposal
            (id, title, description, media_url, creator_id, creator_wallet, snapshot_id, rules, document,
            document_hash, state, life, opens_at, closes_at, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        """
    private static let columns = """
        p.id, p.title, p.description, p.media_url, p.creator_id, p.creator_wallet, p.rules, p.document,
        p.document_hash, p.life, p.ballots, p.cast_weight, p.result, p.ballots_root, p.reason, p.created_at,
        s.id, s.chain, s.token, s.decimals, s.position, s.supply, s.holders, s.holders_hash, s.endpoints, s.made_at
        """
    private static let tables = "proposal p JOIN token_snapshot s ON s.id = p.snapshot_id"
    static let one = SQL(stringLiteral: "SELECT \(columns) FROM \(tables) WHERE p.id = ?1")
    /// The newest first.
    ///
    /// Arguments: before (an id, or the greatest), limit.
    static let page = SQL(
        stringLiteral: "SELECT \(columns) FROM \(tables) WHERE p.id < ?1 ORDER BY p.id DESC LIMIT ?2"
    )
    /// As `page`, in one state.
    ///
    /// Arguments: before, limit, state.
    static let pageInState = SQL(
        stringLiteral: "SELECT \(columns) FROM \(tables) WHERE p.id < ?1 AND p.state = ?3 ORDER BY p.id DESC LIMIT ?2"
    )
    /// Keeps everybody else from changing a proposal until this transaction has ended.
    static let hold = SQL(
        sqlite: "SELECT life, ballots, cast_weight, yes_weight, no_weight FROM proposal WHERE id = ?1",
        postgres: """
            SELECT life, ballots, cast_weight, yes_weight, no_weight FROM proposal WHERE id = $1 FOR UPDATE
            """
    )
    /// Arguments: id, state, life, closes_at, reason.
    static let setLife: SQL = "UPDATE proposal SET state = ?2, life = ?3, closes_at = ?4, reason = ?5 WHERE id = ?1"
    /// Arguments: id, result, ballots_root.
    static let setResult: SQL = "UPDATE proposal SET result = ?2, ballots_root = ?3 WHERE id = ?1"
    /// How many are open, and how many of those are by one wallet.
    ///
    /// Arguments: creator_wallet, now.
    static let openCounts = SQL(
        sqlite: """
            SELECT count(*), count(*) FILTER (WHERE creator_wallet = ?1) FROM proposal
            WHERE state = 'voting' AND closes_at > ?2
            """,
        postgres: """
            SELECT count(*), count(*) FILTER (WHERE creator_wallet = $1) FROM proposal
            WHERE state = 'voting' AND closes_at > $2
            """
    )
    /// Arguments: creator_wallet, title.
    static let sameTitle: SQL = """
        SELECT 1 FROM proposal WHERE creator_wallet = ?1 AND lower(title) = lower(?2)
            AND state NOT IN ('rejected', 'no_quorum', 'vetoed') LIMIT 1
        """
    /// Those whose vote has ended and that nobody has decided.
    ///
    /// Arguments: now.
    static let overdue: SQL = "SELECT id FROM proposal WHERE state = 'voting' AND closes_at <= ?1 LIMIT 100"
}

import Store

/// The statements about what is known of wallets and what was said to them.
enum OracleSQL {
    /// Arguments: wallet.
    static let report: SQL = "SELECT report, stale_after FROM wallet_analytics WHERE wallet = ?1"
    /// Keeps everybody else from changing it until this transaction has ended.
    static let hold = SQL(
        sqlite: "SELECT tier, analyzed_at FROM wallet_analytics WHERE wallet = ?1",
        postgres: "SELECT tier, analyzed_at FROM wallet_analytics WHERE wallet = $1 FOR UPDATE"
    )
    /// Arguments: wallet, pnl_usd, total_trades, tier, risk_score, analyzed_at, stale_after, sources, report.
    static let save: SQL = """
        INSERT INTO wallet_analytics
            (wallet, pnl_usd, total_trades, tier, risk_score, analyzed_at, stale_after, sources, report)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (wallet) DO UPDATE SET
            pnl_usd = excluded.pnl_usd, total_trades = excluded.total_trades, tier = excluded.tier,
            risk_score = excluded.risk_score, analyzed_at = excluded.analyzed_at,
            stale_after = excluded.stale_after, sources = excluded.sources, report = excluded.report
        """
    /// The newest first.
    ///
    /// Arguments: wallet, limit.
    static let intros: SQL = """
        SELECT seq, text, said_at FROM wallet_intro WHERE wallet = ?1 ORDER BY seq DESC LIMIT ?2
        """
    /// Arguments: wallet, said_at, seq, text.
    static let insertIntro: SQL = """
        INSERT INTO wallet_intro (wallet, said_at, seq, text) VALUES (?1, ?2, ?3, ?4)
        """
    /// Arguments: wallet, the highest seq that goes.
    static let forgetIntros: SQL = "DELETE FROM wallet_intro WHERE wallet = ?1 AND seq <= ?2"
    /// Arguments: wallet, last_intro_timestamp, intro_cache.
    static let noteIntro: SQL = """
        UPDATE wallet_analytics SET last_intro_timestamp = ?2, intro_cache = ?3 WHERE wallet = ?1
        """
}

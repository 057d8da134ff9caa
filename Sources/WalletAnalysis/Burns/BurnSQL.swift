import Store

/// The statements about payments, and how far they were looked for.
enum BurnSQL {
    /// Arguments: signature.
    static let isUsed: SQL = "SELECT 1 FROM burn_payment WHERE signature = ?1"
    /// Arguments: signature, slot, mint, burner, burned, treasury_to_burn, treasury_kept, required, price_usd, price_at,
    /// tier, priority, accepted_at.
    static let insert: SQL = """
        INSERT INTO burn_payment
            (signature, slot, mint, burner, burned, treasury_to_burn, treasury_kept, required, price_usd, price_at,
            tier, priority, state, accepted_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'accepted', ?13)
        ON CONFLICT (signature) DO NOTHING
        """
    /// Arguments: account.
    static let cursor: SQL = """
        SELECT last_signature, pass_head, pass_before, pass_from FROM burn_cursor WHERE account = ?1
        """
    /// Arguments: account, last_signature, pass_head, pass_before, pass_from, updated_at.
    static let saveCursor: SQL = """
        INSERT INTO burn_cursor (account, last_signature, pass_head, pass_before, pass_from, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (account) DO UPDATE SET
            last_signature = excluded.last_signature, pass_head = excluded.pass_head,
            pass_before = excluded.pass_before, pass_from = excluded.pass_from, updated_at = excluded.updated_at
        """
}

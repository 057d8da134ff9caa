import Bus
import Market
import Store

enum ProposalSQL {
    private static let columns = """
        id, kind, address, status, checks, latency_us, first_seen, last_checked, decided_by, decided_at
        """
    /// Arguments: the most rows.
    static let all = SQL(stringLiteral: "SELECT \(columns) FROM provider_proposal ORDER BY first_seen, id LIMIT ?1")
    /// Arguments: kind, address.
    static let one = SQL(
        stringLiteral: "SELECT \(columns) FROM provider_proposal WHERE kind = ?1 AND address = ?2"
    )
    /// Arguments: id.
    static let named = SQL(stringLiteral: "SELECT \(columns) FROM provider_proposal WHERE id = ?1")
    static let countOfKind: SQL = "SELECT count(*) FROM provider_proposal WHERE kind = ?1"
    static let acceptedCount: SQL = "SELECT count(*) FROM provider_proposal WHERE status = 'accepted'"
    static let insert: SQL = """
        INSERT INTO provider_proposal (id, kind, address, status, checks, latency_us, first_seen, last_checked)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
        """
    /// Nothing happens where somebody has decided meanwhile.
    ///
    /// Arguments: id, the status it had, its new one, checks, latency, when.
    static let update: SQL = """
        UPDATE provider_proposal SET status = ?3, checks = ?4, latency_us = ?5, last_checked = ?6
        WHERE id = ?1 AND status = ?2
        """
    /// Arguments: id, the status it had, its new one, by whom, when.
    static let decide: SQL = """
        UPDATE provider_proposal SET status = ?3, decided_by = ?4, decided_at = ?5 WHERE id = ?1 AND status = ?2
        """
    /// A round begins, unless one has begun too lately; a beginning in the future is a clock that was wrong.
    ///
    /// Arguments: now, the job, the latest beginning of the one before.
    static let begin: SQL = """
        INSERT INTO provider_discovery (id, started_at, job) VALUES (1, ?1, ?2)
        ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, job = excluded.job
        WHERE provider_discovery.started_at <= ?3 OR provider_discovery.started_at > excluded.started_at
        RETURNING started_at
        """
    static let round: SQL = "SELECT started_at, job FROM provider_discovery WHERE id = 1"
}

extension ProviderProposal {
    init?(_ row: SQLRow) {
        guard let id = row[0].text, let kind = row[1].text, let address = row[2].text,
            let status = row[3].text.flatMap(Status.init(rawValue:)), let checks = row[4].text,
            let firstSeen = row[6].time, let lastChecked = row[7].time
        else { return nil }
        do {
            self.init(
                id: id,
                kind: kind,
                address: address,
                status: status,
                report: CandidateReport(
                    checks: try EventCodec.decode([CandidateReport.Check].self, from: checks.utf8),
                    latency: row[5].integer.map { .microseconds($0) }
                ),
                firstSeen: firstSeen,
                lastChecked: lastChecked,
                decidedBy: row[8].text,
                decidedAt: row[9].time
            )
        } catch {
            // Whoever reads calls the table corrupt.
            return nil
        }
    }
}

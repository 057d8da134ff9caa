import Bus
import Domain
import Store

/// One look of a run at its request for approval: asks, asks anew, or takes the decision.
struct ApprovalDesk: Sendable {
    let slot: StepSlot
    /// Of what there is to approve now.
    let hash: String
    let limit: Duration?
    let journal: RunJournal

    /// The newest request of a step.
    private struct Request {
        let round: Int
        let contentHash: String
        let decision: String?
        let by: String?
        let note: String?
        let isOver: Bool

        init?(_ row: SQLRow) {
            guard let round = row[0].int, let contentHash = row[1].text else { return nil }
            self.round = round
            self.contentHash = contentHash
            decision = row[2].text
            by = row[3].text
            note = row[4].text
            isOver = row[5].isTrue
        }
    }

    func look(_ transaction: inout Transaction) throws -> WaitResult {
        let found = try transaction.rows(SQL.newestRequest, [SQLValue(journal.run), SQLValue(slot.number)])
        guard let request = found.first.flatMap(Request.init) else {
            let due = try transaction.beginWait(slot, within: limit, of: journal)
            try ask(&transaction, round: 1, until: due)
            return .parked(until: due)
        }
        switch request.decision.flatMap(Approval.Decision.init(rawValue:)) {
        case .approved where request.contentHash != hash: return try askAnew(&transaction, after: request)
        case .some(let decision): return try take(decision, of: request)
        case .none where request.contentHash != hash: return try askAnew(&transaction, after: request)
        case .none where request.isOver:
            try close(&transaction, request, as: .expired)
            return try take(.expired, of: request)
        case .none: return .parked(until: slot.record?.dueAt)
        }
    }

    private func take(_ decision: Approval.Decision, of request: Request) throws -> WaitResult {
        let approval = Approval(
            decision: decision,
            by: request.by,
            note: request.note,
            contentHash: request.contentHash
        )
        return .over(.completed, output: try FlowJSON.encode(approval, of: "decision"))
    }

    /// The content has changed: what was decided about the old one says nothing about the new one.
    private func askAnew(_ transaction: inout Transaction, after request: Request) throws -> WaitResult {
        try close(&transaction, request, as: .void)
        try ask(&transaction, round: request.round + 1, until: slot.record?.dueAt)
        return .parked(until: slot.record?.dueAt)
    }

    private func ask(_ transaction: inout Transaction, round: Int, until deadline: Timestamp?) throws {
        try transaction.execute(
            SQL.ask,
            [
                SQLValue(journal.run), SQLValue(slot.number), SQLValue(round), .text(slot.name), .text(hash),
                SQLValue(deadline),
            ]
        )
        let event = ApprovalRequested(
            run: journal.run,
            workflow: journal.workflow,
            step: slot.number,
            what: slot.name,
            contentHash: hash,
            deadline: deadline
        )
        try transaction.append(event)
    }

    /// Ends a request that nobody will decide any more; what somebody has decided stays as it is.
    private func close(
        _ transaction: inout Transaction,
        _ request: Request,
        as decision: ApprovalDecided.Decision
    ) throws {
        try transaction.execute(
            SQL.closeRequest,
            [
                SQLValue(journal.run), SQLValue(slot.number), SQLValue(request.round), .text(decision.rawValue),
            ]
        )
        let event = ApprovalDecided(
            run: journal.run,
            workflow: journal.workflow,
            step: slot.number,
            what: slot.name,
            contentHash: request.contentHash,
            decision: decision,
            decidedBy: nil,
            note: nil
        )
        try transaction.append(event)
    }
}

extension SQL {
    fileprivate static let newestRequest: SQL = """
        SELECT round, content_hash, decision, decided_by, note,
            CASE WHEN deadline <= station_now() THEN 1 ELSE 0 END
        FROM approval WHERE run = ?1 AND step = ?2 ORDER BY round DESC LIMIT 1
        """
    fileprivate static let ask: SQL = """
        INSERT INTO approval (run, step, round, subject, content_hash, requested_at, deadline)
        VALUES (?1, ?2, ?3, ?4, ?5, station_now(), ?6)
        """
    fileprivate static let closeRequest: SQL = """
        UPDATE approval SET decision = ?4, decided_at = station_now()
        WHERE run = ?1 AND step = ?2 AND round = ?3 AND decision IS NULL
        """
}

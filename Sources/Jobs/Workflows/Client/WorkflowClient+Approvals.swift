package import Bus
import Domain
package import Store

extension WorkflowClient {
    /// What a person says.
    package enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
        case approved
        case rejected
    }

    /// Decides on what a run asks to be approved.
    ///
    /// Of two that decide at the same time, one is too late. The deadline goes by the database's clock, in the same
    /// statement.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - what: what it asks about.
    ///   - verdict: the decision.
    ///   - who: whose decision it is.
    ///   - contentHash: of what was looked at.
    ///   - note: why.
    /// - Throws: `WorkflowError`: `.unknownRun`, `.finished`, `.notAsked`, `.contentChanged`, `.alreadyDecided`,
    ///   `.expired`; `StoreError`.
    package func decide(
        _ run: UUIDv7,
        _ what: String,
        _ verdict: Verdict,
        by who: String,
        contentHash: String,
        note: String? = nil
    ) async throws {
        let note = note?.cut(toBytes: 2000)
        try await speak(to: run) { transaction, open in
            let request = try OpenRequest(open, what, &transaction)
            guard request.contentHash == contentHash else { throw WorkflowError.contentChanged(what) }
            let decided = try transaction.execute(
                ClientSQL.decide,
                [
                    SQLValue(open.id), SQLValue(request.step), SQLValue(request.round), .text(verdict.rawValue),
                    .text(who), SQLValue(note), .text(contentHash),
                ]
            )
            guard decided == 1 else { throw WorkflowError.expired(what) }
            let event = ApprovalDecided(
                run: open.id,
                workflow: open.workflow,
                step: request.step,
                what: what,
                contentHash: contentHash,
                decision: verdict == .approved ? .approved : .rejected,
                decidedBy: who,
                note: note
            )
            try transaction.append(event)
        }
    }

    /// What waits for somebody's decision, oldest first.
    package func openApprovals(limit: Int = 100) async throws(StoreError) -> [ApprovalReport] {
        var reports: [ApprovalReport] = []
        for row in try await store.query(ClientSQL.openRequests, [SQLValue(min(max(1, limit), 1000))]) {
            reports.append(try ApprovalReport(row))
        }
        return reports
    }
}

/// A request that can be decided.
private struct OpenRequest {
    let step: Int
    let round: Int
    let contentHash: String

    init(_ run: OpenRun, _ what: String, _ transaction: inout Transaction) throws {
        let rows = try transaction.rows(ClientSQL.newestRequest, [SQLValue(run.id), .text(what)])
        guard let row = rows.first, let step = row[0].int, let round = row[1].int, let hash = row[2].text else {
            throw WorkflowError.notAsked(what)
        }
        if let decision = row[3].text {
            throw WorkflowError.alreadyDecided(what, decision: decision, by: row[4].text)
        }
        guard !row[5].isTrue else { throw WorkflowError.expired(what) }
        (self.step, self.round, contentHash) = (step, round, hash)
    }
}

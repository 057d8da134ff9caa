package import Bus
import Domain
package import Governance
import Store

extension GovernanceDesk {
    /// How often counting begins anew because a ballot was written down meanwhile.
    private static let recountsMax = 5

    /// What a proposal would come to by the ballots so far.
    ///
    /// - Throws: `GovernanceError`: `.notFound`, `.store`.
    package func standing(of record: ProposalRecord) async throws(GovernanceError) -> TallyResult {
        if let result = record.result { return result }
        return try await recount(record).result
    }

    /// Decides a proposal whose vote has ended: counts all ballots, and writes the outcome down once.
    ///
    /// - Returns: the proposal as decided, or as somebody has decided it before; as it is while the vote goes on.
    /// - Throws: `GovernanceError`: `.notFound`, `.busy` when ballots go on coming in, `.store`.
    package func decide(_ id: UUIDv7) async throws(GovernanceError) -> ProposalRecord {
        for _ in 0..<Self.recountsMax {
            let record = try await proposal(id)
            guard record.state == .voting, record.life.window.phase(at: now()) == .closed else { return record }
            let count = try await recount(record)
            let outcome: Outcome
            do {
                outcome = try record.rules.outcome(of: count.result, supply: record.snapshot.supply)
            } catch {
                throw GovernanceError(error)
            }
            let time = now()
            let decided = try await commit { transaction in
                let row = try transaction.rows(ProposalSQL.hold, [SQLValue(id)]).first
                guard let row, let text = row[0].text, row[1].int == Int(count.root.leafCount) else { return false }
                var life: ProposalLife = try GovernanceRows.decode(text)
                guard life.state == .voting else { return true }
                try life.close(with: outcome, at: time)
                try GovernanceDesk.write(life, of: id, reason: nil, &transaction)
                try transaction.execute(
                    ProposalSQL.setResult,
                    [SQLValue(id), try GovernanceRows.encode(count.result), try GovernanceRows.encode(count.root)]
                )
                try transaction.append(ProposalOutcomeDecided(record, life, count, outcome))
                return true
            }
            if decided { return try await proposal(id) }
        }
        throw .busy
    }

    /// Proposals whose vote has ended and that are not decided: what a crash has left.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func overdue() async throws(GovernanceError) -> [UUIDv7] {
        try await query(ProposalSQL.overdue, [SQLValue(now())]).compactMap { $0[0].id }
    }

    /// Changes what happens to a proposal after its vote, and tells it.
    ///
    /// - Parameters:
    ///   - id: which.
    ///   - reason: why it failed, or why it was objected to.
    ///   - change: what to do, or a refusal.
    /// - Returns: the proposal after it.
    /// - Throws: `GovernanceError`: `.notFound`, `.refused`, `.store`.
    package func change(
        _ id: UUIDv7,
        reason: String? = nil,
        _ change: @escaping @Sendable (inout ProposalLife, ProposalRules) throws(ProposalRefusal) -> Void
    ) async throws(GovernanceError) -> ProposalRecord {
        let record = try await proposal(id)
        try await commit { transaction in
            guard let text = try transaction.rows(ProposalSQL.hold, [SQLValue(id)]).first?[0].text else {
                throw GovernanceError.notFound("proposal")
            }
            var life: ProposalLife = try GovernanceRows.decode(text)
            let before = life.state
            try change(&life, record.rules)
            try GovernanceDesk.write(life, of: id, reason: reason, &transaction)
            guard life.state != before else { return }
            switch life.state {
            case .executing, .executed, .executionFailed:
                try transaction.append(
                    ProposalExecutionChanged(proposal: id, state: life.state.rawValue, reason: reason)
                )
            case .vetoed:
                try transaction.append(
                    ProposalOutcomeDecided(
                        proposal: id,
                        state: life.state.rawValue,
                        reason: reason ?? "veto",
                        winner: nil,
                        ballots: record.ballotCount,
                        castWeight: String(record.castWeight),
                        ballotsRoot: record.ballotsRoot?.hash.description
                    )
                )
            case .voting, .passed, .rejected, .noQuorum: break
            }
        }
        return try await proposal(id)
    }

    private static func write(
        _ life: ProposalLife,
        of id: UUIDv7,
        reason: String?,
        _ transaction: inout Transaction
    ) throws {
        try transaction.execute(
            ProposalSQL.setLife,
            [
                SQLValue(id), .text(life.state.rawValue), try GovernanceRows.encode(life),
                SQLValue(life.window.closesAt), SQLValue(reason),
            ]
        )
    }

    // MARK: Receipts

    /// A ballot's receipt, with the proof that it was counted once the proposal is decided.
    ///
    /// - Throws: `GovernanceError`: `.notFound`, `.store`.
    package func receipt(
        of voter: String,
        in id: UUIDv7
    ) async throws(GovernanceError) -> (receipt: BallotReceipt, proof: MerkleProof?, root: MerkleRoot?) {
        let record = try await proposal(id)
        let wallet = signatures.canonical(voter, of: record.snapshot.chain) ?? voter
        guard let ballot = try await ballot(of: wallet, in: id) else { throw .notFound("ballot") }
        do {
            guard let root = record.ballotsRoot else {
                return (try ballot.receipt(chain: record.snapshot.chain, carried: 0), nil, nil)
            }
            let receipts = try await receipts(of: record)
            guard receipts.indices.contains(ballot.sequence) else { throw GovernanceError.notFound("receipt") }
            let tree = MerkleTree(leaves: receipts.map(\.leaf))
            return (receipts[ballot.sequence], tree.proof(at: UInt64(ballot.sequence)), root)
        } catch {
            throw GovernanceError(error)
        }
    }

    /// The receipts of all ballots of a decided proposal, in their order.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func receipts(of record: ProposalRecord) async throws(GovernanceError) -> [BallotReceipt] {
        let count = try await recount(record)
        var receipts: [BallotReceipt] = []
        receipts.reserveCapacity(Int(count.root.leafCount))
        do {
            while true {
                let page = try await ballots(of: record.id, from: receipts.count, limit: 5000)
                for ballot in page {
                    let place = ballot.sequence
                    let carried = count.carried.indices.contains(place) ? count.carried[place] : 0
                    receipts.append(try ballot.receipt(chain: record.snapshot.chain, carried: carried))
                }
                guard page.count == 5000 else { return receipts }
            }
        } catch {
            throw GovernanceError(error)
        }
    }
}

extension ProposalOutcomeDecided {
    fileprivate init(_ record: ProposalRecord, _ life: ProposalLife, _ count: Recount, _ outcome: Outcome) {
        let options = record.rules.options
        self.init(
            proposal: record.id,
            state: life.state.rawValue,
            reason: outcome.reason.rawValue,
            winner: outcome.winner.flatMap { options.indices.contains($0) ? options[$0] : nil },
            ballots: count.result.ballotCount,
            castWeight: count.result.castWeight.description,
            ballotsRoot: count.root.hash.description
        )
    }
}

package import Bus
import Domain
package import Governance
package import Store
import Threading

extension GovernanceDesk {
    /// How often counting begins anew because a ballot was written down meanwhile.
    private static let recountsMax = 5

    /// What a proposal would come to by the ballots so far; what it has come to once it is decided.
    ///
    /// - Throws: `GovernanceError`: `.notFound`, `.store`.
    package func standing(of record: ProposalRecord) async throws(GovernanceError) -> TallyResult {
        if let result = record.result { return result }
        let known = live.withLock { $0[record.id] }
        if case .whole(let result, record.ballotCount) = known { return result }
        guard try await !hasDelegates(record) else {
            let count = try await recount(record)
            let ballots = Int(count.root.leafCount)
            live.withLock { $0.keep(.whole(count.result, ballots: ballots), of: record.id) }
            return count.result
        }
        do {
            var (tally, next) = (try Tally(record.rules.system, optionCount: record.rules.options.count), 0)
            if case .growing(let counted, let place) = known { (tally, next) = (counted, place) }
            while true {
                let page = try await ballots(of: record.id, from: next, limit: Self.pageCount)
                for ballot in page where ballot.weight > 0 { try tally.add(ballot.choice, weight: ballot.weight) }
                next += page.count
                guard page.count == Self.pageCount else { break }
            }
            live.withLock { $0.keep(.growing(tally, next: next), of: record.id) }
            return tally.finish()
        } catch {
            throw GovernanceError(error)
        }
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
                // The last ballot may have kept it open longer.
                guard life.window.phase(at: time) == .closed else { return false }
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
    ///   - first: what goes along with it.
    ///   - change: what to do, or a refusal.
    /// - Returns: the proposal after it.
    /// - Throws: `GovernanceError`: `.notFound`, `.refused`, `.store`.
    package func change(
        _ id: UUIDv7,
        reason: String? = nil,
        with first: @escaping @Sendable (inout Transaction) throws -> Void = { _ in },
        _ change: @escaping @Sendable (inout ProposalLife, ProposalRules) throws(ProposalRefusal) -> Void
    ) async throws(GovernanceError) -> ProposalRecord {
        let record = try await proposal(id)
        try await commit { transaction in
            try first(&transaction)
            guard let row = try transaction.rows(ProposalSQL.hold, [SQLValue(id)]).first, let text = row[0].text,
                let ballots = row[1].int, let cast = row[2].integer
            else { throw GovernanceError.notFound("proposal") }
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
                        ballots: record.result?.ballotCount ?? ballots,
                        castWeight: record.result?.castWeight.description ?? String(cast),
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
        let chain = record.snapshot.chain
        do {
            guard let root = record.ballotsRoot else { return (try ballot.receipt(chain: chain, carried: 0), nil, nil) }
            let kept = try await receiptTree(of: record)
            let carried = kept.carried.indices.contains(ballot.sequence) ? kept.carried[ballot.sequence] : 0
            let receipt = try ballot.receipt(chain: chain, carried: carried)
            return (receipt, kept.tree.proof(at: UInt64(ballot.sequence)), root)
        } catch {
            throw GovernanceError(error)
        }
    }

    /// The tree over a decided proposal's ballots; it is made once for all who ask at the same time.
    private func receiptTree(of record: ProposalRecord) async throws(GovernanceError) -> ReceiptTrees.Kept {
        if let kept = trees.withLock({ $0.tree(of: record.id) }) { return kept }
        let request = TreeRequest { [self] in
            // Somebody before may have asked for the same.
            if let kept = trees.withLock({ $0.tree(of: record.id) }) { return .success(kept) }
            do throws(GovernanceError) {
                let count = try await recount(record, keepingLeaves: true)
                let kept = ReceiptTrees.Kept(tree: MerkleTree(leaves: count.leaves), carried: count.carried)
                trees.withLock { $0.keep(kept, of: record.id) }
                return .success(kept)
            } catch {
                return .failure(error)
            }
        }
        let made: TreeRequest.Answer
        do throws(WorkRefused) {
            made = try await treeMaking.answer(to: request)
        } catch {
            throw .busy
        }
        return try made.get()
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

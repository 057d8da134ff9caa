import Bus
import Governance
import Store

/// All ballots of a proposal, counted: what it comes to, who carried whose weight, and the leaves of the tree.
struct Recount: Sendable {
    let result: TallyResult
    let root: MerkleRoot
    /// For each ballot in its order: what its voter carries for others.
    let carried: [UInt64]
    /// For each ballot in its order: its receipt's leaf; only where they are asked for.
    let leaves: [Digest]
}

extension GovernanceDesk {
    /// Ballots that are read at a time.
    static let pageCount = 5000
    /// Work done between two looks at others: the concurrency pool has few threads.
    private static let holderPageCount = 10_000

    /// Counts all ballots of a proposal, page by page.
    ///
    /// Its weights are those of the snapshot; where holders had others vote for them, theirs are added to those who
    /// carry them.
    /// - Throws: `GovernanceError`: `.store`, also when a stored ballot cannot be counted.
    func recount(
        _ record: ProposalRecord,
        keepingLeaves keepsLeaves: Bool = false
    ) async throws(GovernanceError) -> Recount {
        let (delegation, voterCount) = try await delegation(of: record) ?? (nil, .max)
        do {
            var tally = try Tally(record.rules.system, optionCount: record.rules.options.count)
            var tree = MerkleAccumulator()
            var (carriedByPlace, leaves): ([UInt64], [Digest]) = ([], [])
            var next = 0
            // Ballots that came since it was seen who votes wait for the next count: it would have others carry them.
            while next < voterCount {
                let limit = min(Self.pageCount, voterCount - next)
                let page = try await ballots(of: record.id, from: next, limit: limit)
                for ballot in page {
                    let carried = delegation?.ballots[ballot.voter]?.carried ?? 0
                    let weight = ballot.weight + carried
                    // A delegate whose delegators have all voted themselves carries nothing.
                    if weight > 0 { try tally.add(ballot.choice, weight: weight) }
                    let leaf = try ballot.receipt(chain: record.snapshot.chain, carried: carried).leaf
                    tree.add(leaf)
                    if keepsLeaves { leaves.append(leaf) }
                    if delegation != nil { carriedByPlace.append(carried) }
                }
                next += page.count
                guard page.count == Self.pageCount else { break }
            }
            return Recount(
                result: tally.finish(),
                root: tree.root,
                carried: carriedByPlace,
                leaves: leaves
            )
        } catch {
            throw GovernanceError(error)
        }
    }

    /// What voters carry for others, by their wallets; `nil` where nobody carries anything, and while the vote is open.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func carried(of record: ProposalRecord) async throws(GovernanceError) -> [String: UInt64]? {
        guard record.ballotsRoot != nil else { return nil }
        return try await delegation(of: record)?.result.ballots.mapValues(\.carried)
    }

    /// Whether anybody had others vote for them when the proposal opened.
    func hasDelegates(_ record: ProposalRecord) async throws(GovernanceError) -> Bool {
        try await !query(BallotSQL.hasDelegates, [SQLValue(record.snapshot.id)]).isEmpty
    }

    /// Who carries whose weight, by the first so many ballots; `nil` where nobody had others vote for them.
    private func delegation(
        of record: ProposalRecord
    ) async throws(GovernanceError) -> (result: DelegationResult<String>, ballotCount: Int)? {
        let snapshot = SQLValue(record.snapshot.id)
        guard try await hasDelegates(record) else { return nil }
        var (weights, delegates): ([String: UInt64], [String: String]) = ([:], [:])
        var after = ""
        while true {
            let rows = try await query(BallotSQL.holders, [snapshot, .text(after), SQLValue(Self.holderPageCount)])
            for row in rows {
                guard let owner = row[0].text, let weight = row[1].integer else { continue }
                weights[owner] = UInt64(clamping: weight)
                delegates[owner] = row[2].text
                after = owner
            }
            guard rows.count == Self.holderPageCount else { break }
        }
        var voters: Set<String> = []
        var next = 0
        while true {
            let page = try await ballots(of: record.id, from: next, limit: Self.pageCount)
            voters.formUnion(page.map(\.voter))
            next += page.count
            guard page.count == Self.pageCount else { break }
        }
        do {
            return (try Delegations(delegates).resolve(voters: voters, weights: weights), next)
        } catch {
            throw GovernanceError(error)
        }
    }
}

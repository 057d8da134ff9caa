import Bus
import Governance
import Store

/// All ballots of a proposal, counted: what it comes to, who carried whose weight, and the leaves of the tree.
struct Recount: Sendable {
    let result: TallyResult
    let root: MerkleRoot
    /// For each ballot in its order: what its voter carries for others.
    let carried: [UInt64]
    /// Those who delegated in a circle; their weight counts for nobody.
    let circular: UInt64
}

extension GovernanceDesk {
    /// Ballots that are read at a time.
    private static let pageCount = 5000
    /// Work done between two looks at others: the concurrency pool has few threads.
    private static let holderPageCount = 10_000

    /// Counts all ballots of a proposal, page by page.
    ///
    /// Its weights are those of the snapshot; where holders had others vote for them, theirs are added to those who
    /// carry them.
    /// - Throws: `GovernanceError`: `.store`, also when a stored ballot cannot be counted.
    func recount(_ record: ProposalRecord) async throws(GovernanceError) -> Recount {
        let delegation = try await delegation(of: record)
        do {
            var tally = try Tally(record.rules.system, optionCount: record.rules.options.count)
            var tree = MerkleAccumulator()
            var carriedByPlace: [UInt64] = []
            var next = 0
            while true {
                let page = try await ballots(of: record.id, from: next, limit: Self.pageCount)
                for ballot in page {
                    let carried = delegation?.ballots[ballot.voter]?.carried ?? 0
                    let weight = ballot.weight + carried
                    // A delegate whose delegators have all voted themselves carries nothing.
                    if weight > 0 { try tally.add(ballot.choice, weight: weight) }
                    tree.add(try ballot.receipt(chain: record.snapshot.chain, carried: carried).leaf)
                    if delegation != nil { carriedByPlace.append(carried) }
                }
                next += page.count
                guard page.count == Self.pageCount else { break }
            }
            return Recount(
                result: tally.finish(),
                root: tree.root,
                carried: carriedByPlace,
                circular: delegation?.circular.weight ?? 0
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
        return try await delegation(of: record)?.ballots.mapValues(\.carried)
    }

    /// Who carries whose weight; `nil` where nobody had others vote for them.
    private func delegation(of record: ProposalRecord) async throws(GovernanceError) -> DelegationResult<String>? {
        let snapshot = SQLValue(record.snapshot.id)
        guard try await !query(BallotSQL.hasDelegates, [snapshot]).isEmpty else { return nil }
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
            return try Delegations(delegates).resolve(voters: voters, weights: weights)
        } catch {
            throw GovernanceError(error)
        }
    }
}

import Bus
import Domain
import Governance
import Store

/// Ballots that are written down in one transaction, each on its own merits.
struct BallotBatch: Sendable {
    private let ballots: [CheckedBallot]
    private let time: Timestamp

    init(_ ballots: [CheckedBallot], at time: Timestamp) {
        self.ballots = ballots
        self.time = time
    }

    /// Writes them down, also for callers that are gone: what was signed and sent counts.
    ///
    /// - Returns: for each in order, the ballot or why there is none. When the store fails, none is written.
    func write(to store: any Storage, by author: Incarnation) async -> [Result<CastBallot, GovernanceError>] {
        do {
            return try await store.commit(by: author, evenIfCancelled: true) { transaction in
                try decide(&transaction)
            }.value
        } catch {
            let error = GovernanceError(error)
            return ballots.map { _ in .failure(error) }
        }
    }

    private func decide(_ transaction: inout Transaction) throws -> [Result<CastBallot, GovernanceError>] {
        var polls: [UUIDv7: Poll] = [:]
        // Always in one order, so that two daemons do not wait for each other.
        for id in Set(ballots.map(\.submission.proposal)).sorted() {
            guard let row = try transaction.rows(ProposalSQL.hold, [SQLValue(id)]).first else { continue }
            polls[id] = try Poll(row)
        }
        let standings = try transaction.run(
            ballots.map {
                BoundStatement(
                    BallotSQL.standing,
                    [SQLValue($0.submission.proposal), SQLValue($0.facts.snapshotID), .text($0.wallet)]
                )
            }
        )
        var inserts: [BoundStatement] = []
        var seen: Set<Voter> = []
        var results: [Result<CastBallot, GovernanceError>] = []
        for (ballot, standing) in zip(ballots, standings) {
            do throws(GovernanceError) {
                guard let row = standing.rows.first else { throw .notFound("proposal") }
                let voter = Voter(proposal: ballot.submission.proposal, wallet: ballot.wallet)
                guard row[1].integer == nil, !seen.contains(voter) else { throw .alreadyVoted }
                let weight = UInt64(clamping: row[0].integer ?? 0)
                guard weight > 0 || row[2].isTrue else { throw .noWeight }
                guard polls[voter.proposal] != nil else { throw .notFound("proposal") }
                let cast = try polls[voter.proposal]?.add(ballot, weight: weight, at: time)
                guard let cast else { throw .notFound("proposal") }
                seen.insert(voter)
                inserts.append(BallotBatch.insert(cast))
                results.append(.success(cast))
            } catch {
                results.append(.failure(error))
            }
        }
        guard !inserts.isEmpty else { return results }
        _ = try transaction.run(inserts)
        for (id, poll) in polls where poll.hasChanged { try poll.write(id, &transaction) }
        for case .success(let cast) in results { try transaction.append(BallotCast(cast)) }
        return results
    }

    private struct Voter: Hashable {
        let proposal: UUIDv7
        let wallet: String
    }

    private static func insert(_ cast: CastBallot) -> BoundStatement {
        BoundStatement(
            BallotSQL.insert,
            [
                SQLValue(cast.proposal), SQLValue(cast.sequence), .text(cast.voter), .text(cast.choice.text),
                .integer(Int64(clamping: cast.weight)), .text(cast.form), .text(cast.nonce),
                SQLValue(cast.issuedAt), SQLValue(cast.expiresAt), .text(cast.signature),
                .text(cast.signedHash.description), SQLValue(cast.castAt),
            ]
        )
    }
}

/// A proposal while ballots are added to it.
private struct Poll {
    private var life: ProposalLife
    private var count: Int
    private var cast: Int64
    private var yes: Int64
    private var no: Int64
    private(set) var hasChanged = false
    /// The end has moved.
    private var isExtended = false

    init(_ row: SQLRow) throws(StoreError) {
        guard let text = row[0].text, let count = row[1].int, let cast = row[2].integer, let yes = row[3].integer,
            let no = row[4].integer
        else { throw StoreError(.corrupt, "proposal") }
        life = try GovernanceRows.decode(text)
        (self.count, self.cast, self.yes, self.no) = (count, cast, yes, no)
    }

    mutating func add(
        _ ballot: CheckedBallot,
        weight: UInt64,
        at time: Timestamp
    ) throws(GovernanceError) -> CastBallot {
        do throws(ProposalRefusal) {
            try life.checkVote(at: time)
        } catch {
            throw .refused(error)
        }
        let submission = ballot.submission
        var result = CastBallot(
            proposal: submission.proposal,
            sequence: count,
            voter: ballot.wallet,
            choice: ballot.choice,
            weight: weight,
            form: submission.form,
            nonce: submission.nonce,
            issuedAt: submission.issuedAt,
            expiresAt: submission.expiresAt,
            signature: submission.signature,
            signedHash: ballot.signedHash,
            castAt: time
        )
        count += 1
        cast += Int64(clamping: weight)
        if ballot.choice == .basic(.yes) { yes += Int64(clamping: weight) }
        if ballot.choice == .basic(.no) { no += Int64(clamping: weight) }
        hasChanged = true
        let rules = ballot.facts.rules
        if rules.isQuorum(VoteSum(UInt128(clamping: cast)), of: ballot.facts.supply), life.noteQuorum(at: time) {
            isExtended = true
        }
        if rules.isSettled(
            yes: UInt64(clamping: yes),
            no: UInt64(clamping: no),
            cast: UInt64(clamping: cast),
            supply: ballot.facts.supply
        ) {
            // Ballots of the same moment that come later find it closed.
            life.endVoting(at: time)
            result.endsVoting = true
        }
        return result
    }

    func write(_ id: UUIDv7, _ transaction: inout Transaction) throws {
        try transaction.execute(
            BallotSQL.setSums,
            [SQLValue(id), SQLValue(count), .integer(cast), .integer(yes), .integer(no)]
        )
        try transaction.execute(
            ProposalSQL.setLife,
            [
                SQLValue(id), .text(life.state.rawValue), try GovernanceRows.encode(life),
                SQLValue(life.window.closesAt), .null,
            ]
        )
        // The same batch may have ended it after all.
        if isExtended, life.window.isExtended {
            try transaction.append(ProposalExtended(proposal: id, closesAt: life.window.closesAt))
        }
    }
}

extension BallotCast {
    fileprivate init(_ cast: CastBallot) {
        self.init(
            proposal: cast.proposal,
            sequence: cast.sequence,
            voter: cast.voter,
            choice: cast.choice.text,
            weight: String(cast.weight)
        )
    }
}

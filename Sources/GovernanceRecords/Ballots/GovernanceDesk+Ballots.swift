package import Bus
import Governance
import Store
import Threading

extension GovernanceDesk {
    /// How long a ballot may be used after it was issued.
    package static let ballotLifetime: Duration = .seconds(600)
    /// How far ahead of ours somebody's clock may be.
    static let skewMax: Duration = .seconds(30)

    /// The text to be signed for a vote, as it would be checked now.
    ///
    /// Nothing is kept of it: the fields come back with the signature, and the text is built again.
    /// - Throws: `GovernanceError`: `.notFound`, `.invalid`, `.store`.
    package func ballotText(
        for proposal: UUIDv7,
        wallet: String,
        choice: String,
        nonce: String
    ) async throws(GovernanceError) -> (text: String, issuedAt: Timestamp, expiresAt: Timestamp) {
        let facts = try await facts(of: proposal)
        let issued = now()
        let expires = issued.advanced(by: Self.ballotLifetime)
        let built = try build(facts, proposal, wallet, choice, nonce, issued, expires)
        return (built.text.text, issued, expires)
    }

    /// Takes a vote: checks what was signed, and writes it down with the weight of the snapshot.
    ///
    /// - Returns: the ballot as it stands, for good.
    /// - Throws: `GovernanceError`: `.notFound`, `.invalid`, `.expired`, `.badSignature`, `.noWeight`, `.alreadyVoted`,
    ///   `.refused` when voting is over, `.busy`, `.unavailable` where a chain does not answer, `.store`.
    package func cast(_ submission: BallotSubmission) async throws(GovernanceError) -> CastBallot {
        let facts = try await facts(of: submission.proposal)
        let built = try build(
            facts,
            submission.proposal,
            submission.wallet,
            submission.choice,
            submission.nonce,
            submission.issuedAt,
            submission.expiresAt
        )
        try checkTimes(submission.issuedAt, submission.expiresAt)
        let claim = SignedClaim(
            chain: facts.chain,
            wallet: built.wallet,
            text: built.text.text,
            signature: submission.signature,
            form: submission.form
        )
        try await check(claim)
        let checked = CheckedBallot(
            submission: submission,
            wallet: built.wallet,
            choice: built.choice,
            signedHash: built.text.hash,
            facts: facts
        )
        let written: Result<CastBallot, GovernanceError>
        do throws(WorkRefused) {
            written = try await writes.answer(to: checked)
        } catch {
            throw .busy
        }
        return try written.get()
    }

    /// Ballots in their order, from one on.
    ///
    /// - Parameters:
    ///   - proposal: whose.
    ///   - sequence: the first one's place.
    ///   - limit: 1 to 5000.
    /// - Returns: the ballots; fewer than `limit` when there are no more.
    /// - Throws: `GovernanceError` with `.store`.
    package func ballots(
        of proposal: UUIDv7,
        from sequence: Int,
        limit: Int
    ) async throws(GovernanceError) -> [CastBallot] {
        let arguments = [SQLValue(proposal), SQLValue(max(0, sequence)), SQLValue(min(5000, max(1, limit)))]
        return try await query(BallotSQL.page, arguments).map { row throws(GovernanceError) in
            try read { () throws(StoreError) in try GovernanceRows.ballot(row, of: proposal) }
        }
    }

    /// A wallet's ballot; `nil` when it has not voted.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func ballot(of voter: String, in proposal: UUIDv7) async throws(GovernanceError) -> CastBallot? {
        guard let row = try await query(BallotSQL.ofVoter, [SQLValue(proposal), .text(voter)]).first else { return nil }
        return try read { () throws(StoreError) in try GovernanceRows.ballot(row, of: proposal) }
    }

    // MARK: Helpers

    /// - Throws: `GovernanceError` with `.expired`.
    func checkTimes(_ issuedAt: Timestamp, _ expiresAt: Timestamp) throws(GovernanceError) {
        let time = now()
        guard issuedAt <= time.advanced(by: Self.skewMax), time < expiresAt, issuedAt < expiresAt,
            issuedAt.duration(to: expiresAt) <= Self.ballotLifetime
        else { throw .expired }
    }

    /// - Throws: `GovernanceError`: `.invalid`, `.badSignature`, `.busy`, `.unavailable`.
    func check(_ claim: SignedClaim) async throws(GovernanceError) {
        // Whatever a checker makes of it: what is no word could not stand in a receipt, and so never be counted.
        guard PlainText.isWord(claim.signature, bytesMax: 256),
            PlainText.isWord(claim.form, bytesMax: SignedClaim.formBytesMax)
        else { throw .invalid(field: "signature", problem: "and its form must be words, and not that long") }
        let verdict: SignatureVerdict
        do throws(WorkRefused) {
            verdict = try await checks.answer(to: claim)
        } catch {
            throw .busy
        }
        switch verdict {
        case .good: return
        case .bad(let why): throw .badSignature(why)
        case .unknown(let why): throw .unavailable(why)
        }
    }

    func facts(of id: UUIDv7) async throws(GovernanceError) -> KnownProposals.Facts {
        if let facts = known.withLock({ $0[id] }) { return facts }
        let facts = KnownProposals.Facts(try await proposal(id))
        known.withLock { $0.add(facts, of: id) }
        return facts
    }

    private func build(
        _ facts: KnownProposals.Facts,
        _ proposal: UUIDv7,
        _ wallet: String,
        _ choiceText: String,
        _ nonce: String,
        _ issuedAt: Timestamp,
        _ expiresAt: Timestamp
    ) throws(GovernanceError) -> (wallet: String, choice: Choice, text: BallotText) {
        guard let address = signatures.canonical(wallet, of: facts.chain) else {
            throw .invalid(field: "wallet", problem: "must be an address of \(facts.chain)")
        }
        do {
            let choice = try Choice(parsing: choiceText)
            try choice.check(for: facts.rules.system, optionCount: facts.rules.options.count)
            let text = try BallotText(
                domain: terms.domain,
                chain: facts.chain,
                wallet: address,
                proposal: proposal,
                proposalHash: facts.documentHash,
                choice: choice,
                nonce: nonce,
                issuedAt: issuedAt,
                expiresAt: expiresAt
            )
            return (address, choice, text)
        } catch {
            throw GovernanceError(error)
        }
    }
}

/// A ballot whose signature is good.
struct CheckedBallot: Sendable {
    let submission: BallotSubmission
    let wallet: String
    let choice: Choice
    let signedHash: Digest
    let facts: KnownProposals.Facts
}

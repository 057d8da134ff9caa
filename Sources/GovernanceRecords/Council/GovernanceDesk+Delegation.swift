package import Bus
import Domain
import Governance
import Store
import Threading

/// Says who is to vote for a wallet, from the next proposal on.
package struct DelegationSubmission: Hashable, Sendable {
    package let chain: String
    package let token: String
    package let wallet: String
    /// `nil` ends it.
    package let delegate: String?
    package let nonce: String
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp
    package let signature: String
    package let form: String

    package init(
        chain: String,
        token: String,
        wallet: String,
        delegate: String?,
        nonce: String,
        issuedAt: Timestamp,
        expiresAt: Timestamp,
        signature: String,
        form: String = "plain"
    ) {
        self.chain = chain
        self.token = token
        self.wallet = wallet
        self.delegate = delegate
        self.nonce = nonce
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.signature = signature
        self.form = form
    }
}

extension GovernanceDesk {
    /// Writes down who is to vote for a wallet; it takes effect with the next snapshot.
    ///
    /// - Throws: `GovernanceError`: `.invalid`, `.expired`, `.badSignature`, `.alreadyUsed` for a nonce, `.busy`,
    ///   `.unavailable`, `.store`.
    package func delegate(_ submission: DelegationSubmission) async throws(GovernanceError) {
        let chain = submission.chain
        let (wallet, delegate) = try parties(of: submission)
        try checkTimes(submission.issuedAt, submission.expiresAt)
        let text = try DelegationText(domain: terms.domain, submission, wallet: wallet, delegate: delegate).text
        let claim = SignedClaim(
            chain: chain,
            wallet: wallet,
            text: text,
            signature: submission.signature,
            form: submission.form
        )
        try await check(claim)
        let time = now()
        try await commit { transaction in
            try GovernanceDesk.use(submission.nonce, of: wallet, until: submission.expiresAt, at: time, &transaction)
            let place: [SQLValue] = [.text(chain), .text(submission.token), .text(wallet)]
            try transaction.execute(DelegationSQL.remove, place)
            if let delegate {
                try transaction.execute(
                    DelegationSQL.insert,
                    place + [.text(delegate), .text(submission.nonce), .text(submission.signature), SQLValue(time)]
                )
            }
            try transaction.append(VoteDelegated(delegator: wallet, delegate: delegate))
        }
    }

    /// The text that a wallet signs to have somebody else vote for it.
    ///
    /// - Throws: `GovernanceError` with `.invalid`.
    package func delegationText(
        chain: String,
        token: String,
        wallet: String,
        delegate: String?,
        nonce: String
    ) throws(GovernanceError) -> (text: String, issuedAt: Timestamp, expiresAt: Timestamp) {
        let issued = now()
        let expires = issued.advanced(by: Self.ballotLifetime)
        let submission = DelegationSubmission(
            chain: chain,
            token: token,
            wallet: wallet,
            delegate: delegate,
            nonce: nonce,
            issuedAt: issued,
            expiresAt: expires,
            signature: ""
        )
        let parties = try parties(of: submission)
        let text = try DelegationText(
            domain: terms.domain,
            submission,
            wallet: parties.wallet,
            delegate: parties.delegate
        )
        return (text.text, issued, expires)
    }

    private func parties(
        of submission: DelegationSubmission
    ) throws(GovernanceError) -> (wallet: String, delegate: String?) {
        let chain = submission.chain
        guard let wallet = signatures.canonical(submission.wallet, of: chain) else {
            throw .invalid(field: "wallet", problem: "must be an address of \(chain)")
        }
        guard let text = submission.delegate else { return (wallet, nil) }
        guard let address = signatures.canonical(text, of: chain), address != wallet else {
            throw .invalid(field: "delegate", problem: "must be another address of \(chain)")
        }
        return (wallet, address)
    }

    /// Whom a wallet has vote for it; `nil` for nobody.
    ///
    /// - Throws: `GovernanceError` with `.store`.
    package func delegate(of wallet: String, chain: String, token: String) async throws(GovernanceError) -> String? {
        try await query(DelegationSQL.one, [.text(chain), .text(token), .text(wallet)]).first?[0].text
    }

    /// A council key objects to a proposal.
    ///
    /// - Throws: `GovernanceError`: `.notFound`, `.invalid`, `.expired`, `.badSignature`, `.alreadyUsed`, `.refused`,
    ///   `.busy`, `.store`.
    package func veto(_ submission: VetoSubmission) async throws(GovernanceError) -> ProposalRecord {
        let facts = try await facts(of: submission.proposal)
        guard facts.rules.vetoKeys.contains(submission.key) else { throw .refused(.notOfCouncil) }
        try submission.checkReason()
        try checkTimes(submission.issuedAt, submission.expiresAt)
        let text = try VetoText(domain: terms.domain, submission, documentHash: facts.documentHash).text
        // Council keys are Ed25519 keys, whatever chain the token is of.
        try await check(
            SignedClaim(
                chain: "solana",
                wallet: submission.key,
                text: text,
                signature: submission.signature,
                form: submission.form
            )
        )
        let time = now()
        // With the nonce: who hears that it failed may bring the same signature again.
        let use: @Sendable (inout Transaction) throws -> Void = { transaction in
            try GovernanceDesk.use(
                submission.nonce,
                of: submission.key,
                until: submission.expiresAt,
                at: time,
                &transaction
            )
        }
        return try await change(submission.proposal, reason: submission.reason, with: use) {
            life,
            rules throws(ProposalRefusal) in
            try life.veto(by: submission.key, rules, at: time)
        }
    }

    // MARK: Helpers

    private static func use(
        _ nonce: String,
        of signer: String,
        until end: Timestamp,
        at time: Timestamp,
        _ transaction: inout Transaction
    ) throws {
        try transaction.execute(DelegationSQL.forgetNonces, [SQLValue(time)])
        let values: [SQLValue] = [.text(signer), .text(nonce), SQLValue(end)]
        guard try transaction.execute(DelegationSQL.useNonce, values) == 1 else {
            throw GovernanceError.alreadyUsed("nonce")
        }
    }
}

/// A council key's objection.
package struct VetoSubmission: Hashable, Sendable {
    package let proposal: UUIDv7
    package let key: String
    /// For everybody to read.
    package let reason: String
    package let nonce: String
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp
    package let signature: String
    package let form: String

    package init(
        proposal: UUIDv7,
        key: String,
        reason: String,
        nonce: String,
        issuedAt: Timestamp,
        expiresAt: Timestamp,
        signature: String,
        form: String = "plain"
    ) {
        self.proposal = proposal
        self.key = key
        self.reason = reason
        self.nonce = nonce
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.signature = signature
        self.form = form
    }
}

/// The statements about who votes for whom.
enum DelegationSQL {
    /// Arguments: chain, token, delegator.
    static let one: SQL = "SELECT delegate FROM vote_delegation WHERE chain = ?1 AND token = ?2 AND delegator = ?3"
    /// Arguments: chain, token, delegator.
    static let remove: SQL = "DELETE FROM vote_delegation WHERE chain = ?1 AND token = ?2 AND delegator = ?3"
    /// Arguments: chain, token, delegator, delegate, nonce, signature, since.
    static let insert: SQL = """
        INSERT INTO vote_delegation (chain, token, delegator, delegate, nonce, signature, since)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """
    /// Arguments: signer, nonce, expires_at.
    static let useNonce: SQL = """
        INSERT INTO used_nonce (signer, nonce, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
        """
    /// Those that would not be taken any more anyway.
    static let forgetNonces: SQL = "DELETE FROM used_nonce WHERE expires_at <= ?1"
}

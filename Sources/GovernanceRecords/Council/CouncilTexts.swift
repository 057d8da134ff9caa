import Bus
import Governance

/// The text that a wallet signs to have somebody else vote for it.
struct DelegationText: Hashable, Sendable {
    let text: String

    init(
        domain: String,
        _ submission: DelegationSubmission,
        wallet: String,
        delegate: String?
    ) throws(GovernanceError) {
        do {
            try BallotTextError.check([
                ("domain", domain, 253), ("chain", submission.chain, 32), ("token", submission.token, 128),
                ("wallet", wallet, 128), ("delegate", delegate ?? "nobody", 128), ("nonce", submission.nonce, 64),
            ])
        } catch {
            throw GovernanceError(error)
        }
        text = """
            \(domain) asks you to say who votes for this \(submission.chain) wallet. Signing costs nothing and allows \
            no payment.

            Wallet: \(wallet)
            Token: \(submission.token)
            Delegate: \(delegate ?? "nobody")
            Nonce: \(submission.nonce)
            Issued at: \(submission.issuedAt)
            Expires at: \(submission.expiresAt)
            """
    }
}

/// The text that a council key signs to object to a proposal.
struct VetoText: Hashable, Sendable {
    let text: String

    init(domain: String, _ submission: VetoSubmission, documentHash: Digest) throws(GovernanceError) {
        do {
            try BallotTextError.check([
                ("domain", domain, 253), ("key", submission.key, 128), ("nonce", submission.nonce, 64),
            ])
        } catch {
            throw GovernanceError(error)
        }
        text = """
            \(domain) asks the council to object to a proposal.

            Key: \(submission.key)
            Proposal: \(submission.proposal)
            Proposal hash: \(documentHash)
            Reason: \(submission.reason)
            Nonce: \(submission.nonce)
            Issued at: \(submission.issuedAt)
            Expires at: \(submission.expiresAt)
            """
    }
}

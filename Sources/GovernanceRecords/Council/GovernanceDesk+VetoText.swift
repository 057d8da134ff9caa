package import Bus
import Governance

extension GovernanceDesk {
    /// The text that a council key signs to object to a proposal.
    ///
    /// - Throws: `GovernanceError`: `.notFound`, `.invalid`, `.refused` for what cannot be objected to, or not by that
    ///   key, `.store`.
    package func vetoText(
        for proposal: UUIDv7,
        key: String,
        reason: String,
        nonce: String
    ) async throws(GovernanceError) -> (text: String, issuedAt: Timestamp, expiresAt: Timestamp) {
        let record = try await self.proposal(proposal)
        let issued = now()
        var life = record.life
        do throws(ProposalRefusal) {
            // Who signs in vain is told before.
            try life.veto(by: key, record.rules, at: issued)
        } catch {
            throw .refused(error)
        }
        let expires = issued.advanced(by: Self.ballotLifetime)
        let submission = VetoSubmission(
            proposal: proposal,
            key: key,
            reason: reason,
            nonce: nonce,
            issuedAt: issued,
            expiresAt: expires,
            signature: ""
        )
        try submission.checkReason()
        let made = try VetoText(domain: terms.domain, submission, documentHash: record.documentHash)
        return (made.text, issued, expires)
    }
}

extension VetoSubmission {
    /// - Throws: `GovernanceError` with `.invalid`.
    func checkReason() throws(GovernanceError) {
        guard (1...500).contains(reason.utf8.count), PlainText.isLine(reason) else {
            throw .invalid(field: "reason", problem: "must be one line of 1 to 500 bytes of plain text")
        }
    }
}

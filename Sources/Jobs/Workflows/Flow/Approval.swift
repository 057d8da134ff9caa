/// What became of a request for approval.
package struct Approval: Codable, Hashable, Sendable {
    package enum Decision: String, Codable, Hashable, Sendable, CaseIterable {
        case approved
        case rejected
        /// Nobody decided in time. Never counts as approved.
        case expired
    }

    package let decision: Decision
    /// Who decided; absent when nobody did.
    package let by: String?
    package let note: String?
    /// SHA-256 of exactly what was shown.
    package let contentHash: String

    package var isApproved: Bool { decision == .approved }
}

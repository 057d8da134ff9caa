import Governance
package import GovernanceRecords

extension APIError {
    /// What a refusal of the governance desk means to somebody outside.
    package init(_ error: GovernanceError) {
        let message = error.description.prefix(1).uppercased() + error.description.dropFirst() + "."
        switch error {
        case .notFound: self.init(.notFound, message)
        case .invalid(let field, let problem):
            self.init(.invalidBallot, message)
            faults = [InputFault(field: field, message: problem)]
        case .badSignature:
            self.init(.badSignature, message)
            faults = [InputFault(field: "signature", message: error.description)]
        case .expired:
            self.init(.badSignature, message)
            faults = [InputFault(field: "expires_at", message: error.description)]
        case .noWeight: self.init(.noWeight, message)
        case .insufficientTokens: self.init(.insufficientTokens, message)
        case .alreadyVoted, .alreadyUsed: self.init(.conflict, message)
        case .refused(let refusal):
            switch refusal.status {
            case 410: self.init(.votingClosed, message)
            case 403: self.init(.forbidden, message)
            default: self.init(.conflict, message)
            }
        case .busy:
            self.init(.unavailable, message)
            retryAfterSeconds = 1
        case .unavailable: self.init(.unavailable, message)
        case .store(let cause): self.init(cause)
        }
    }
}

/// Asks the governance desk on behalf of a request.
///
/// - Throws: `APIError`.
func governing<Value>(_ body: () async throws(GovernanceError) -> Value) async throws(APIError) -> Value {
    do throws(GovernanceError) {
        return try await body()
    } catch {
        throw APIError(error)
    }
}

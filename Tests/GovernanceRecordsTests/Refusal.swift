import Governance
import GovernanceRecords
import Store

/// Why a call was refused, to be compared.
enum Refusal: Equatable {
    case notFound(String)
    case invalid(String)
    case badSignature
    case expired
    case noWeight
    case alreadyVoted
    case alreadyUsed(String)
    case refused(ProposalRefusal)
    case busy
    case unavailable
    case store(StoreError.Code)
    case other(String)

    init(_ error: any Error) {
        self =
            switch error as? GovernanceError {
            case .notFound(let what): .notFound(what)
            case .invalid(let field, _): .invalid(field)
            case .badSignature: .badSignature
            case .expired: .expired
            case .noWeight: .noWeight
            case .alreadyVoted: .alreadyVoted
            case .alreadyUsed(let what): .alreadyUsed(what)
            case .refused(let refusal): .refused(refusal)
            case .busy: .busy
            case .unavailable: .unavailable
            case .store(let error): .store(error.code)
            case .insufficientTokens, nil: .other("\(error)")
            }
    }

    var isOfStore: Bool { if case .store = self { true } else { false } }
}

/// Why a call is refused; `nil` when it is not.
func refusal(of body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch {
        return Refusal(error)
    }
}

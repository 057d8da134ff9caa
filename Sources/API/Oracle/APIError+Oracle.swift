package import WalletAnalysis
import WalletOracle

extension APIError {
    /// What a refusal of the oracle means to somebody outside.
    package init(_ error: OracleError) {
        let message = error.description.prefix(1).uppercased() + error.description.dropFirst() + "."
        switch error {
        case .invalidWallet:
            self.init(.badRequest, message)
            faults = [InputFault(field: "wallet", message: "must be an address of Solana, in base58")]
        case .notFound: self.init(.notFound, message)
        case .unavailable, .cancelled: self.init(.unavailable, message)
        case .busy:
            self.init(.unavailable, message)
            retryAfterSeconds = 5
        case .store(let cause): self.init(cause)
        }
    }

    /// What a refusal of a payment means to who tells of it.
    package init(_ error: BurnError) {
        let message = error.description.prefix(1).uppercased() + error.description.dropFirst() + "."
        switch error {
        case .invalid(let field, let problem):
            self.init(.badRequest, message)
            faults = [InputFault(field: field, message: problem)]
        case .refused(.alreadyUsed): self.init(.conflict, message)
        case .store(let cause): self.init(cause)
        case .unavailable: self.init(.unavailable, message)
        case .refused, .unreadable, .chain:
            self.init(error.mayPayLater ? .unavailable : .badRequest, message)
            if error.mayPayLater { retryAfterSeconds = 20 }
        }
    }
}

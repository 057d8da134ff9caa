package import ChainReaders
package import Store
package import WalletOracle

/// Why a transaction has not paid for a call.
package enum BurnError: Error, Sendable {
    /// What came from outside is not what it should be; which field, and how.
    case invalid(field: String, problem: String)
    case refused(BurnCheck.Refusal)
    /// The chain has it, but in a form that is not read here.
    case unreadable
    /// Something that it takes is not set up.
    case unavailable(String)
    /// The chain does not answer; the same question may be answered later.
    case chain(ChainError)
    case store(StoreError)

    /// Whether the same transaction may pay later.
    package var mayPayLater: Bool {
        switch self {
        case .refused(.notFinalized), .refused(.noPrice), .refused(.priceStale), .unavailable, .chain, .store: true
        case .refused, .invalid, .unreadable: false
        }
    }
}

extension BurnError: CustomStringConvertible {
    /// For people; holds nothing that is not theirs to know.
    package var description: String {
        switch self {
        case .invalid(let field, let problem): "\(field) \(problem)"
        case .refused(let refusal): BurnError.words(for: refusal)
        case .unreadable: "the transaction cannot be read here: burn with a plain transaction"
        case .unavailable(let why): why
        case .chain(let error): "the chain does not answer (\(error)); try again later"
        case .store: "the store does not answer"
        }
    }

    private static func words(for refusal: BurnCheck.Refusal) -> String {
        switch refusal {
        case .alreadyUsed: "this transaction has paid before"
        case .notFinalized: "the transaction is not finalized yet; that takes about a quarter of a minute"
        case .failed: "the transaction has failed on the chain"
        case .wrongMint: "the transaction does not burn the station's token, nor send it where it counts"
        case .notSigned: "the owner of the tokens has not signed the transaction"
        case .noPrice: "nobody knows what the token costs now; the payment counts once somebody does"
        case .priceStale: "the price of the token is too old; the payment counts once there is a newer one"
        case .tooLittle(let required, let got): "it takes \(required) base units of the token, and these are \(got)"
        }
    }
}

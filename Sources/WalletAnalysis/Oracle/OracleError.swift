package import Store

/// Why the oracle says nothing of a wallet.
package enum OracleError: Error, Sendable {
    /// It is no address of Solana.
    case invalidWallet
    /// Nobody has asked for it yet.
    case notFound
    /// Something that it takes is not set up.
    case unavailable(String)
    /// Too many wallets are being looked at.
    case busy
    /// The caller has gone away.
    case cancelled
    case store(StoreError)
}

extension OracleError: CustomStringConvertible {
    /// For people; holds nothing that is not theirs to know.
    package var description: String {
        switch self {
        case .invalidWallet: "the wallet must be an address of Solana, in base58"
        case .notFound: "the wallet has not been analyzed"
        case .unavailable(let why): why
        case .busy: "too many wallets are being looked at; try again in a few seconds"
        case .cancelled: "nobody waits for the answer any more"
        case .store: "the store does not answer"
        }
    }
}

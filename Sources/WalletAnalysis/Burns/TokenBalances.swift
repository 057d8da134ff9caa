import Chains
import JSON

/// Whose the token accounts of a transaction are, and of which token, by the balances that a node tells with it.
struct TokenBalances: Sendable {
    struct Account: Hashable, Sendable {
        let mint: SolanaAddress
        /// `nil` where the node does not say: old transactions lack it.
        let owner: SolanaAddress?
        let decimals: Int
    }

    private var accounts: [SolanaAddress: Account] = [:]

    /// - Parameters:
    ///   - meta: what the node tells with the transaction.
    ///   - addresses: all accounts of the transaction, in their order.
    init(_ meta: JSONValue, _ addresses: [SolanaAddress]) {
        // What was before holds: an account may change its owner, and give away what it had then.
        for list in ["postTokenBalances", "preTokenBalances"] {
            for row in meta[list]?.array ?? [] {
                guard let place = row["accountIndex"]?.int.flatMap(Int.init(exactly:)),
                    addresses.indices.contains(place), let mint = row["mint"]?.string.flatMap({ SolanaAddress($0) }),
                    let decimals = row["uiTokenAmount"]?["decimals"]?.int, (0...255).contains(decimals)
                else { continue }
                accounts[addresses[place]] = Account(
                    mint: mint,
                    owner: row["owner"]?.string.flatMap { SolanaAddress($0) },
                    decimals: Int(decimals)
                )
            }
        }
    }

    subscript(account: SolanaAddress) -> Account? { accounts[account] }

    /// As any account of the token tells.
    func decimals(of mint: SolanaAddress) -> Int? { accounts.values.first { $0.mint == mint }?.decimals }
}

package import Chains
package import Domain
import WalletOracle

/// What counts as a payment.
package struct BurnTerms: Hashable, Sendable {
    /// The token; `nil` while there is none.
    package var mint: SolanaAddress?
    /// Token accounts.
    package var burnAccount: SolanaAddress?
    package var treasuryAccount: SolanaAddress?
    /// In dollars.
    package var fee = BurnCheck.feeDefault
    /// Pages of signatures that one round looks at; the next round goes on from there.
    package var pagesPerRound = 10
    /// Signatures of one page: 1 to 1000.
    package var rowsPerPage = 100
    /// How far back the very first round looks.
    package var firstLookBack: Duration = .seconds(3600)

    package init() {}

    /// The addresses that every payment names.
    ///
    /// Those of the accounts first: they have less to look at than the token itself.
    package var watched: [SolanaAddress] {
        [burnAccount, treasuryAccount, mint].compactMap { $0 }
    }
}

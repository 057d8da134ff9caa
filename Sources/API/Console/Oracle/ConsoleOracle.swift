package import Identity
package import WalletAnalysis
package import WalletOracle

/// What the oracle's pages show and do.
package struct ConsoleOracle: Sendable {
    /// The token that calls are paid with, and how finely it is divided.
    package struct Token: Hashable, Sendable {
        package let mint: String
        package let decimals: Int

        package init(mint: String, decimals: Int) {
            self.mint = mint
            self.decimals = decimals
        }
    }

    let analyze: @Sendable (_ wallet: String) async throws(OracleError) -> AnalyzedWallet
    let kept: @Sendable (_ wallet: String) async throws(OracleError) -> AnalyzedWallet?
    let signed: @Sendable (WalletReport) throws(OracleError) -> SignedReport?
    let publicKey: [UInt8]?
    let mayAsk: @Sendable (Principal, _ wallet: String) async throws(APIError) -> Bool
    let reports: @Sendable (_ before: ListingPlace?, _ limit: Int) async throws(OracleError) -> [ListedReport]
    let payments: @Sendable (_ before: ListingPlace?, _ limit: Int) async throws(BurnError) -> [KeptBurn]
    let token: @Sendable () async -> Token?

    /// - Parameters:
    ///   - analyze: looks at a wallet, or tells what was found within the hour.
    ///   - kept: the last report of a wallet, and nobody is asked for a newer one.
    ///   - signed: a report with its signature; nothing while there is no key.
    ///   - publicKey: 32 bytes, of the key that reports are signed with.
    ///   - mayAsk: whether somebody may ask about a wallet: their own, or any as an operator.
    ///   - reports: the last report of each wallet, the newest first.
    ///   - payments: those that were taken, the newest first.
    ///   - token: `nil` where nobody can say.
    package init(
        analyze: @escaping @Sendable (_ wallet: String) async throws(OracleError) -> AnalyzedWallet,
        kept: @escaping @Sendable (_ wallet: String) async throws(OracleError) -> AnalyzedWallet?,
        signed: @escaping @Sendable (WalletReport) throws(OracleError) -> SignedReport?,
        publicKey: [UInt8]?,
        mayAsk: @escaping @Sendable (Principal, _ wallet: String) async throws(APIError) -> Bool,
        reports: @escaping @Sendable (ListingPlace?, _ limit: Int) async throws(OracleError) -> [ListedReport],
        payments: @escaping @Sendable (ListingPlace?, _ limit: Int) async throws(BurnError) -> [KeptBurn],
        token: @escaping @Sendable () async -> Token?
    ) {
        self.analyze = analyze
        self.kept = kept
        self.signed = signed
        self.publicKey = publicKey
        self.mayAsk = mayAsk
        self.reports = reports
        self.payments = payments
        self.token = token
    }
}

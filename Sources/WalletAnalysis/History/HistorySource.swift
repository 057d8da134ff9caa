package import Bus
package import Chains
package import WalletOracle

/// A service that can tell a wallet's past.
package protocol HistorySource: Sendable {
    /// What it is called in reports.
    var name: String { get }

    /// Tells the past of a wallet, back to a moment and, if it can, when the very first transaction was.
    ///
    /// Ends by itself, within bounds of its own. Nothing it has read is thrown away: whoever got some pages and then
    /// failed says so in the answer.
    ///
    /// - Parameters:
    ///   - wallet: whose.
    ///   - since: what is older is of interest only as the first transaction.
    /// - Returns: what it has told, and what is missing.
    /// - Throws: `PastError` when nothing came at all.
    func past(of wallet: SolanaAddress, since: Timestamp) async throws(PastError) -> ToldPast
}

/// What one source has told of a wallet.
package struct ToldPast: Sendable {
    /// Transactions with what they did; `nil` from a source that only knows that they were.
    package var history: WalletHistory?
    /// How many have not failed since the moment that was asked for; at least so many while not all was read.
    package var transactions: Int
    /// `nil` when that is unknown.
    package var firstEver: Timestamp?
    /// Where it came from, and what is missing.
    package var note: SourceNote

    package init(history: WalletHistory?, transactions: Int, firstEver: Timestamp?, note: SourceNote) {
        self.history = history
        self.transactions = transactions
        self.firstEver = firstEver
        self.note = note
    }

    /// Whether nobody else has to be asked.
    package var isWhole: Bool { history != nil && note.completeness == .complete }
}

package import Bus
package import Chains
package import WalletOracle

/// The sources of wallets' pasts, asked one after the other until nothing is missing.
package struct HistoryChain: Sendable {
    private let sources: [any HistorySource]
    /// Sources that cannot be asked as the station is set up, and why.
    private let lacking: [(name: String, reason: String)]

    /// - Parameters:
    ///   - sources: the best first.
    ///   - lacking: what would be asked if it were set up.
    package init(_ sources: [any HistorySource], lacking: [(name: String, reason: String)] = []) {
        self.sources = sources
        self.lacking = lacking
    }

    /// Asks for a wallet's past.
    ///
    /// - Returns: what came together; with a note of every source that was asked.
    package func past(of wallet: SolanaAddress, since: Timestamp) async -> WalletPast {
        var past = WalletPast()
        for source in sources {
            do throws(PastError) {
                let told = try await source.past(of: wallet, since: since)
                past.note(told)
                if told.isWhole { return past }
            } catch {
                past.notes.append(SourceNote(missing: source.name, because: error.description))
                if error.code == .cancelled { return past }
            }
        }
        past.notes += lacking.map { SourceNote(missing: $0.name, because: $0.reason) }
        if past.notes.isEmpty { past.notes.append(SourceNote(missing: "history", because: "no source is set up")) }
        return past
    }
}

/// What all sources together have told of a wallet.
package struct WalletPast: Sendable {
    /// `nil` when nobody knows what the transactions did.
    package private(set) var history: WalletHistory?
    /// `nil` when nothing was told at all.
    package private(set) var transactions: Int?
    package private(set) var firstEver: Timestamp?
    package fileprivate(set) var notes: [SourceNote] = []

    fileprivate init() {}

    fileprivate mutating func note(_ told: ToldPast) {
        // Of two that know what the transactions did, the one that knows more.
        if let history = told.history, history.count >= self.history?.count ?? 0 { self.history = history }
        transactions = max(transactions ?? 0, told.transactions)
        if let first = told.firstEver { firstEver = min(firstEver ?? first, first) }
        notes.append(told.note)
    }
}

extension SourceNote {
    /// Of a source that has given nothing.
    init(missing name: String, because reason: String) {
        self.init(name: name, slot: nil, from: nil, to: nil, pages: 0, completeness: .missing(reason: reason))
    }
}

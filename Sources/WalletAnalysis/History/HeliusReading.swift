import Bus
import WalletOracle

/// Where a reading of Helius' pages has got to: decides whether there is more to ask for.
struct HeliusReading {
    private let since: Timestamp
    private(set) var history = WalletHistory()
    /// Where the next page begins.
    private(set) var cursor: String?
    private(set) var firstEver: Timestamp?
    private(set) var goesOn = true
    /// Whether the pages have come to an end: the wallet has done no more.
    private(set) var isAll = false
    var failure: PastError?
    /// The oldest of all that was read.
    private var oldest: Timestamp?

    init(since: Timestamp) { self.since = since }

    /// Takes in the next page.
    ///
    /// - Throws: `.malformed` for a service that gives the same page again.
    mutating func note(_ page: HeliusPage) throws(PastError) {
        let known = history.count
        history.note(page)
        for transaction in page.transactions {
            oldest = min(oldest ?? transaction.time, transaction.time)
        }
        guard !page.isEmpty else {
            // That was all there ever was.
            firstEver = oldest
            isAll = true
            goesOn = false
            return
        }
        if history.overflow > 0 { throw PastError(.tooLong, "more than \(WalletHistory.transactionsMax) rows") }
        if let oldest, oldest < since {
            goesOn = false
            return
        }
        guard let last = page.lastSignature, last != cursor, history.count > known || page.unreadRows > 0 else {
            throw PastError(.malformed, "the pages do not go on")
        }
        cursor = last
    }

    /// Takes in the page that was asked for in the order of time.
    ///
    /// A service that does not know that order gives the newest, which is no older than what is known.
    mutating func noteFirst(_ page: HeliusPage) {
        guard let first = page.transactions.first?.time, let oldest, first <= oldest else { return }
        firstEver = first
    }

    /// - Throws: `PastError` when nothing came that can be read: that is not the past of a wallet which has done nothing.
    func told(by name: String) throws(PastError) -> ToldPast {
        if history.count == 0 {
            if history.unreadRows > 0 { throw PastError(.malformed, "\(history.unreadRows) rows could not be read") }
            if let failure { throw failure }
        }
        var reasons = failure.map { [$0.description] } ?? []
        if firstEver == nil, !isAll, failure == nil { reasons.append("the first transaction is unknown") }
        let reason = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        let count = history.inOrder.count { !$0.isFailed && $0.time >= since }
        return ToldPast(
            history: history,
            transactions: count,
            firstEver: firstEver,
            note: SourceNote(name: name, history: history, stoppedBecause: reason)
        )
    }
}

package import Bus

/// All that is known of a wallet's past, put together from pages of one service or of several.
package struct WalletHistory: Sendable {
    package static let transactionsMax = 100_000

    private var arrived: [WalletTransaction] = []
    private var signatures: Set<String> = []
    package private(set) var pages = 0
    /// Rows that were there and could not be read.
    package private(set) var unreadRows = 0
    /// As `HeliusPage.unnamedExchanges`.
    package private(set) var unnamedExchanges = 0
    /// Transactions beyond `transactionsMax`, which were left out.
    package private(set) var overflow = 0

    package init() {}

    package var count: Int { arrived.count }
    package var oldest: Timestamp? { arrived.lazy.map(\.time).min() }
    package var newest: Timestamp? { arrived.lazy.map(\.time).max() }
    package var highestSlot: Int64? { arrived.lazy.map(\.slot).max() }
    /// Whether everything that the pages held was read and kept.
    package var isWhole: Bool { unreadRows == 0 && overflow == 0 }

    /// Takes in a page; transactions that are known are passed over.
    package mutating func note(_ page: HeliusPage) {
        pages += 1
        unreadRows += page.unreadRows
        unnamedExchanges += page.unnamedExchanges
        for transaction in page.transactions where !signatures.contains(transaction.signature) {
            guard arrived.count < WalletHistory.transactionsMax else {
                overflow += 1
                continue
            }
            signatures.insert(transaction.signature)
            arrived.append(transaction)
        }
    }

    /// The oldest first; within a slot, what stands further down in a page is older.
    package var inOrder: [WalletTransaction] {
        arrived.enumerated()
            .sorted { left, right in
                let (one, two) = (left.element, right.element)
                return (one.time, one.slot, -left.offset) < (two.time, two.slot, -right.offset)
            }
            .map(\.element)
    }
}

package import Bus
package import Domain

/// Turns a wallet's swaps, in the order of time, into closed trades.
///
/// Each asset has its average cost: that takes one figure for each asset however often it is traded, and no lots that
/// would have to be kept. A sale takes what was bought first, and only what goes beyond that came from elsewhere: its
/// cost is unknown, so it closes no trade. A token that was bought at a price nobody knows came from elsewhere, too.
/// What was sent away and comes back is still the same.
package struct TradeBook: Sendable {
    /// What one swap did to the book.
    package struct Entry: Hashable, Sendable {
        /// What changed hands, in dollars; `nil` when no side has a price.
        package fileprivate(set) var value: Dollars?
        package fileprivate(set) var closed: [ClosedTrade] = []
        /// Sales of what was not bought here.
        package fileprivate(set) var unknownCosts = 0
        /// Purchases and sales of bought tokens at a price that nobody knows.
        package fileprivate(set) var unknownPrices = 0
    }

    private struct Position {
        var quantity: ExactDecimal
        var cost: Dollars
    }

    package typealias Pricing = (_ asset: String, _ time: Timestamp) -> ExactDecimal?

    /// A wallet that holds more different tokens has been sent dust; what comes after them is taken for unknown.
    package static let positionsMax = 50_000

    private let quotes: Set<String>
    private var positions: [String: Position] = [:]
    /// What all tokens cost that are held now.
    package private(set) var openCost = Dollars.zero

    package init(quotes: Set<String> = OracleAssets.quotesDefault) { self.quotes = quotes }

    /// Notes one transaction.
    ///
    /// - Parameters:
    ///   - transaction: none that is older than the one before.
    ///   - price: what an asset cost in dollars at a time, if anybody knows.
    /// - Returns: `nil` when it is no swap, or failed.
    package mutating func note(_ transaction: WalletTransaction, price: Pricing) -> Entry? {
        guard !transaction.isFailed, case .swap(let sold, let bought) = transaction.kind else { return nil }
        let time = transaction.time
        let given = SwapSide(sold, quotes, at: time, price)
        let taken = SwapSide(bought, quotes, at: time, price)
        var entry = Entry(value: SwapSide.value(given, taken))
        let (proceeds, cost) = SwapSide.totals(given, taken)
        // In this order, so that what is swapped for itself cannot close its own purchase.
        for (index, token) in given.tokens.enumerated() {
            sell(token, for: given.share(of: index, in: proceeds), at: time, &entry)
        }
        for (index, token) in taken.tokens.enumerated() {
            buy(token, for: taken.share(of: index, in: cost), &entry)
        }
        return entry
    }

    private mutating func buy(_ token: AssetAmount, for cost: Dollars?, _ entry: inout Entry) {
        let held = positions[token.asset]
        guard let cost, held != nil || positions.count < TradeBook.positionsMax,
            let quantity = (held?.quantity ?? .zero).adding(token.quantity)
        else {
            entry.unknownPrices += 1
            return
        }
        positions[token.asset] = Position(quantity: quantity, cost: (held?.cost ?? .zero) + cost)
        openCost = openCost + cost
    }

    private mutating func sell(
        _ token: AssetAmount,
        for proceeds: Dollars?,
        at time: Timestamp,
        _ entry: inout Entry
    ) {
        guard let held = positions[token.asset] else {
            entry.unknownCosts += 1
            return
        }
        let quantity = min(held.quantity, token.quantity)
        if token.quantity > quantity { entry.unknownCosts += 1 }
        guard let rest = held.quantity.adding(quantity.negated), let cost = held.cost.share(quantity, of: held.quantity)
        else {
            entry.unknownCosts += 1
            return
        }
        positions[token.asset] = rest.isZero ? nil : Position(quantity: rest, cost: held.cost - cost)
        openCost = openCost - cost
        guard let proceeds = proceeds?.share(quantity, of: token.quantity) else {
            entry.unknownPrices += 1
            return
        }
        entry.closed.append(
            ClosedTrade(asset: token.asset, quantity: quantity, cost: cost, proceeds: proceeds, closedAt: time)
        )
    }
}

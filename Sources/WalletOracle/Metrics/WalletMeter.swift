package import Bus
package import Domain

/// Works out a wallet's figures from its transactions, one after the other, the oldest first.
///
/// Transactions of before the window say what tokens cost, and are counted nowhere else.
package struct WalletMeter: Sendable {
    package static let windowDefault: Duration = .seconds(30 * 86_400)
    package static let whaleVolume = Dollars(50_000)
    private static let week: Duration = .seconds(7 * 86_400)

    private let assets: OracleAssets
    private let now: Timestamp
    private let start: Timestamp
    private let weekStart: Timestamp
    private let firstEver: Timestamp?
    private let sentiment: XSentiment

    private var book: TradeBook
    private var last: Timestamp?
    private var counts = WalletMetrics.Counts()
    private var transactions = 0
    private var valuedSwaps = 0
    private var volume = Dollars.zero
    private var memeVolume = Dollars.zero
    private var profit = Dollars.zero
    private var weekProfit = Dollars.zero
    private var weekCost = Dollars.zero
    private var weekTrades = 0
    private var drawdown = DrawdownMeter()
    private var spread = SpreadMeter()

    /// - Parameters:
    ///   - now: when the window ends.
    ///   - window: how far back it reaches.
    ///   - firstEver: when the wallet's first transaction was, which may be long before the window; `nil` when unknown.
    ///   - sentiment: of the linked handle.
    ///   - assets: what is money and what is a meme.
    package init(
        now: Timestamp,
        window: Duration = windowDefault,
        firstEver: Timestamp?,
        sentiment: XSentiment = .neutral,
        assets: OracleAssets = OracleAssets()
    ) {
        self.now = now
        start = now.advanced(by: .zero - window)
        weekStart = now.advanced(by: .zero - WalletMeter.week)
        self.firstEver = firstEver
        self.sentiment = sentiment
        self.assets = assets
        book = TradeBook(quotes: assets.quotes)
    }

    /// Notes one transaction; `price` is what an asset cost in dollars at a time, if anybody knows.
    package mutating func note(
        _ transaction: WalletTransaction,
        price: (_ asset: String, _ time: Timestamp) -> ExactDecimal?
    ) {
        guard transaction.time <= now, last.map({ $0 <= transaction.time }) ?? true else {
            counts.misplaced += 1
            return
        }
        last = transaction.time
        let isCounted = transaction.time >= start
        let entry = book.note(transaction, price: price)
        drawdown.note(atStake: book.openCost)
        guard isCounted else { return }
        guard !transaction.isFailed else {
            counts.failed += 1
            return
        }
        transactions += 1
        if let entry { count(entry, hasMeme: hasMeme(transaction)) }
    }

    private mutating func count(_ entry: TradeBook.Entry, hasMeme: Bool) {
        counts.unknownCosts += entry.unknownCosts
        counts.unknownPrices += entry.unknownPrices
        if let value = entry.value {
            valuedSwaps += 1
            volume = volume + value
            if hasMeme { memeVolume = memeVolume + value }
        } else {
            counts.unvaluedSwaps += 1
        }
        for trade in entry.closed { count(trade) }
    }

    private mutating func count(_ trade: ClosedTrade) {
        counts.closedTrades += 1
        if trade.isWin { counts.wins += 1 }
        if trade.isRug { counts.rugs += 1 }
        profit = profit + trade.profit
        drawdown.note(profit: trade.profit)
        if trade.cost > .zero { spread.note(Double(trade.profit.pico) / Double(trade.cost.pico)) }
        guard trade.closedAt >= weekStart else { return }
        weekTrades += 1
        weekProfit = weekProfit + trade.profit
        weekCost = weekCost + trade.cost
    }

    private func hasMeme(_ transaction: WalletTransaction) -> Bool {
        guard case .swap(let sold, let bought) = transaction.kind else { return false }
        return sold.contains { assets.memes.contains($0.asset) } || bought.contains { assets.memes.contains($0.asset) }
    }

    /// The figures of all that was noted.
    package var metrics: WalletMetrics {
        var metrics = WalletMetrics()
        let trades = counts.closedTrades
        metrics.counts = counts
        metrics.sentiment = sentiment
        metrics.transactions = transactions
        if valuedSwaps > 0 || counts.unvaluedSwaps == 0 { metrics.volume = volume.exact }
        // With swaps that have no value the volume is only known to be at least this.
        if volume > WalletMeter.whaleVolume {
            metrics.isWhale = true
        } else if counts.unvaluedSwaps == 0 {
            metrics.isWhale = false
        }
        metrics.memeExposure = Ratio(memeVolume.pico, of: volume.pico)
        if trades > 0 {
            metrics.totalProfit = profit.exact
            metrics.averageProfit = profit.share(1, of: Int128(trades))?.exact
            metrics.maxDrawdown = drawdown.deepest
            metrics.rugRatio = Ratio(Int128(counts.rugs), of: Int128(trades))
            metrics.volatility = spread.deviation
        }
        if trades >= WalletMetrics.tradesMin { metrics.winRatio = Ratio(Int128(counts.wins), of: Int128(trades)) }
        if weekTrades > 0 {
            metrics.weekProfit = weekProfit.exact
            let returned = Ratio(weekProfit.pico, of: weekCost.pico)
            metrics.isHot = returned?.isAbove(percent: 50)
            metrics.isCold = returned?.isBelow(percent: -30)
        }
        if let firstEver, firstEver <= now {
            metrics.daysActive = Int(firstEver.duration(to: now).components.seconds / 86_400)
        }
        return metrics
    }
}

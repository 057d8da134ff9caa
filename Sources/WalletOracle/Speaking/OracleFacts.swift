import Domain

/// What may be said of a wallet: measured figures only, in words for the ear.
///
/// A history with gaps gives only what it holds at least; what it says on the whole would be a guess.
package struct OracleFacts: Hashable, Sendable {
    package enum Name: String, Hashable, Sendable, CaseIterable {
        /// Days that the figures look back.
        case window
        case transactions
        case trades
        case volume
        case win
        /// As `win`, known only below a half.
        case lowWin = "low_win"
        case rug
        case profit
        case loss
        case weekProfit = "week_profit"
        case weekLoss = "week_loss"
        case drop
        case meme
        /// Days since the first transaction.
        case days
    }

    package let known: [Name: String]

    package subscript(name: Name) -> String? { known[name] }

    /// - Parameters:
    ///   - metrics: of the wallet.
    ///   - windowDays: how far they look back.
    ///   - isComplete: whether the history has no gaps.
    package init(_ metrics: WalletMetrics, windowDays: Int, isComplete: Bool) {
        var known: [Name: String] = [.window: "\(windowDays) days"]
        let isWhole = isComplete && metrics.counts.misplaced == 0
        func bound(_ text: String, isExact: Bool) -> String { isExact ? text : "at least \(text)" }
        if let count = metrics.transactions, isWhole || count > 0 {
            known[.transactions] = bound("\(count) \(count == 1 ? "transaction" : "transactions")", isExact: isWhole)
        }
        if let volume = metrics.volume.flatMap(OracleFacts.dollars), volume > 0 {
            known[.volume] = bound("\(volume) dollars", isExact: isWhole && metrics.counts.unvaluedSwaps == 0)
        }
        if let days = metrics.daysActive, days > 0 { known[.days] = days == 1 ? "1 day" : "\(days) days" }
        if isWhole { known.merge(OracleFacts.judgements(metrics)) { _, new in new } }
        self.known = known
    }

    private static func judgements(_ metrics: WalletMetrics) -> [Name: String] {
        var known: [Name: String] = [:]
        let trades = metrics.counts.closedTrades
        if trades > 0 { known[.trades] = trades == 1 ? "1 closed trade" : "\(trades) closed trades" }
        for (name, ratio) in [
            (Name.win, metrics.winRatio), (.rug, metrics.rugRatio), (.drop, metrics.maxDrawdown),
            (.meme, metrics.memeExposure),
        ] {
            guard let percent = ratio?.rounded(digits: 2)?.significand(ofScale: 2) else { continue }
            // Of what has not happened nobody is told how often it has; to have won none is something else.
            if percent > 0 || name == .win { known[name] = "\(percent) percent" }
        }
        if metrics.winRatio?.isBelow(percent: 50) ?? false { known[.lowWin] = known[.win] }
        if let total = metrics.totalProfit.flatMap(dollars), total != 0 {
            known[total > 0 ? .profit : .loss] = "\(total.magnitude) dollars"
        }
        if let week = metrics.weekProfit.flatMap(dollars), week != 0 {
            known[week > 0 ? .weekProfit : .weekLoss] = "\(week.magnitude) dollars"
        }
        return known
    }

    /// Whole dollars, without the cents.
    private static func dollars(_ amount: ExactDecimal) -> Int128? {
        let cents = amount.rounded(toScale: 2).significand(ofScale: 2)
        return cents.map { $0 / 100 }
    }
}

import Domain
import JSON

extension WalletMetrics {
    /// Digits behind the point of shares and of the volatility.
    private static let ratioDigits = 6
    /// Cents.
    private static let moneyDigits = 2

    /// As a report tells them.
    var rounded: WalletMetrics {
        var result = self
        for path in WalletMetrics.ratios { result[keyPath: path] = self[keyPath: path]?.rounded }
        for path in WalletMetrics.amounts {
            result[keyPath: path] = self[keyPath: path]?.rounded(toScale: WalletMetrics.moneyDigits)
        }
        result.volatility = volatility.flatMap(WalletMetrics.exact)?.double
        return result
    }

    private static var ratios: [WritableKeyPath<WalletMetrics, Ratio?>] {
        [\.winRatio, \.maxDrawdown, \.memeExposure, \.rugRatio]
    }

    private static var amounts: [WritableKeyPath<WalletMetrics, ExactDecimal?>] {
        [\.volume, \.totalProfit, \.averageProfit, \.weekProfit]
    }

    /// The nearest number with six digits behind the point; `nil` for what is out of all proportion.
    private static func exact(_ value: Double) -> ExactDecimal? {
        let millionths = (value * 1_000_000).rounded()
        return Int64(exactly: millionths).map { ExactDecimal(significand: Int128($0), scale: ratioDigits) }
    }

    var json: JSONValue {
        func text(_ number: ExactDecimal?, _ digits: Int) -> JSONValue {
            number.map { .string($0.text(digits: digits)) } ?? .null
        }
        func money(_ amount: ExactDecimal?) -> JSONValue { text(amount, WalletMetrics.moneyDigits) }
        func ratio(_ share: Ratio?) -> JSONValue {
            text(share?.rounded(digits: WalletMetrics.ratioDigits), WalletMetrics.ratioDigits)
        }
        func flag(_ value: Bool?) -> JSONValue { value.map { .bool($0) } ?? .null }
        func count(_ value: Int?) -> JSONValue { value.map { .int(Int64($0)) } ?? .null }
        return [
            "transactions": count(transactions),
            "volume_usd": money(volume),
            "win_ratio": ratio(winRatio),
            "total_pnl_usd": money(totalProfit),
            "average_pnl_usd": money(averageProfit),
            "max_drawdown": ratio(maxDrawdown),
            "volatility": text(volatility.flatMap(WalletMetrics.exact), WalletMetrics.ratioDigits),
            "meme_exposure": ratio(memeExposure),
            "rug_ratio": ratio(rugRatio),
            "pnl_7d_usd": money(weekProfit),
            "hot": flag(isHot),
            "cold": flag(isCold),
            "whale": flag(isWhale),
            "days_active": count(daysActive),
            "x_sentiment": .string(sentiment.rawValue),
        ]
    }

    init(_ fields: ReportFields, counts: ReportFields) throws(WalletReport.Problem) {
        self.init()
        transactions = try fields.wholeIfKnown("transactions")
        volume = try fields.exactIfKnown("volume_usd")
        winRatio = try fields.ratioIfKnown("win_ratio")
        totalProfit = try fields.exactIfKnown("total_pnl_usd")
        averageProfit = try fields.exactIfKnown("average_pnl_usd")
        maxDrawdown = try fields.ratioIfKnown("max_drawdown")
        volatility = try fields.exactIfKnown("volatility")?.double
        memeExposure = try fields.ratioIfKnown("meme_exposure")
        rugRatio = try fields.ratioIfKnown("rug_ratio")
        weekProfit = try fields.exactIfKnown("pnl_7d_usd")
        isHot = try fields.flagIfKnown("hot")
        isCold = try fields.flagIfKnown("cold")
        isWhale = try fields.flagIfKnown("whale")
        daysActive = try fields.wholeIfKnown("days_active")
        guard let sentiment = XSentiment(rawValue: try fields.text("x_sentiment")) else {
            throw .badField("x_sentiment")
        }
        self.sentiment = sentiment
        self.counts = try Counts(counts)
    }
}

extension Ratio {
    fileprivate var rounded: Ratio? { rounded(digits: 6).map { Ratio($0) } }
}

extension WalletMetrics.Counts {
    private static var names: [(String, WritableKeyPath<WalletMetrics.Counts, Int>)] {
        [
            ("closed_trades", \.closedTrades), ("wins", \.wins), ("rugs", \.rugs), ("failed", \.failed),
            ("unknown_costs", \.unknownCosts), ("unknown_prices", \.unknownPrices),
            ("unvalued_swaps", \.unvaluedSwaps), ("misplaced", \.misplaced),
        ]
    }

    var json: JSONValue {
        .object(
            WalletMetrics.Counts.names.reduce(into: [:]) { members, entry in
                members[entry.0] = .int(Int64(self[keyPath: entry.1]))
            }
        )
    }

    init(_ fields: ReportFields) throws(WalletReport.Problem) {
        self.init()
        for (name, path) in WalletMetrics.Counts.names { self[keyPath: path] = try fields.whole(name) }
    }
}

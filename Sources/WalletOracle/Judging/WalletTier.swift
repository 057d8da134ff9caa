/// How the oracle treats a caller: 1 to 5.
package enum WalletTier: Int, Hashable, Sendable, CaseIterable, Comparable {
    case welcome = 1
    case roast = 2
    case respect = 3
    case awe = 4
    case ritual = 5

    /// Why it is that tier.
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        case noData = "no_data"
        case fewTransactions = "few_transactions"
        case viralVeteran = "viral_veteran"
        case whale
        case skilled
        case losing
        case ordinary

        package var tier: WalletTier {
            switch self {
            case .noData, .fewTransactions, .ordinary: .welcome
            case .losing: .roast
            case .skilled: .respect
            case .whale: .awe
            case .viralVeteran: .ritual
            }
        }
    }

    /// The first rule that matches; what is unknown satisfies none.
    package static func rule(for metrics: WalletMetrics) -> Rule {
        guard let transactions = metrics.transactions else { return .noData }
        if transactions < 10 { return .fewTransactions }
        let isWinning = metrics.winRatio?.isAbove(percent: 55) ?? false
        if let days = metrics.daysActive, days >= 30, transactions > 100, isWinning, metrics.sentiment == .viral {
            return .viralVeteran
        }
        if metrics.isWhale == true, transactions > 50 { return .whale }
        if isWinning, transactions > 20, metrics.rugRatio?.isBelow(percent: 20) ?? false { return .skilled }
        let isLosing =
            metrics.rugRatio?.isAbove(percent: 30) ?? false || metrics.winRatio?.isBelow(percent: 40) ?? false
        return isLosing ? .losing : .ordinary
    }

    /// Where a caller of this tier stands in the queue after a verified burn: 11 to 15.
    package var burnPriority: Int { 10 + rawValue }

    package static func < (left: WalletTier, right: WalletTier) -> Bool { left.rawValue < right.rawValue }
}

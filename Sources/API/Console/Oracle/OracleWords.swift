import Domain
import WalletOracle

extension WalletTier {
    /// How a caller of this tier is treated.
    var words: String {
        switch self {
        case .welcome: "is made welcome"
        case .roast: "is roasted"
        case .respect: "is met with respect"
        case .awe: "is met with awe"
        case .ritual: "gets the ritual"
        }
    }

    var tone: Condition.Tone {
        switch self {
        case .welcome: .quiet
        case .roast: .poor
        case .respect, .awe, .ritual: .good
        }
    }
}

extension WalletTier.Rule {
    /// Why it is that tier, with its thresholds.
    var words: String {
        switch self {
        case .noData: "nobody has told anything of the wallet"
        case .fewTransactions: "fewer than 10 transactions"
        case .viralVeteran:
            "30 days or older, more than 100 transactions, more than 55 % of trades won, and viral on X"
        case .whale: "more than 50,000 USD of volume in more than 50 transactions"
        case .skilled: "more than 55 % of trades won, fewer than 20 % of them rugs, in more than 20 transactions"
        case .losing: "more than 30 % of trades were rugs, or fewer than 40 % were won"
        case .ordinary: "no other rule fits"
        }
    }
}

extension RiskFlag {
    /// What raises it.
    var words: String {
        switch self {
        case .highRugExposure: "more than 40 % of closed trades lost more than half"
        case .severeDrawdown: "profits have fallen by more than 70 % since their peak"
        case .extremeVolatility: "returns scatter by more than 50 %"
        case .memeHeavy: "more than 70 % of the volume had a meme on one of its sides"
        case .coldStreak: "the trades of seven days lost more than 30 % of their cost"
        }
    }
}

extension WalletReport {
    /// 0 to 100, with its unit; where nothing is known that could raise a flag, no risk is known either.
    var riskWords: String { riskShare == nil ? OracleText.unknown : "\(RiskFlag.score(flags)) of 100" }

    /// In 0...1.
    var riskShare: Double? {
        let shares = [metrics.rugRatio, metrics.maxDrawdown, metrics.memeExposure]
        let isKnown = shares.contains { $0 != nil } || metrics.volatility != nil || metrics.isCold != nil
        return isKnown ? Double(RiskFlag.score(flags)) / 100 : nil
    }
}

/// How the oracle's figures are written.
enum OracleText {
    static let unknown = "not known"

    /// `1,234.50 USD`, with cents.
    static func dollars(_ amount: ExactDecimal) -> String {
        guard let cents = amount.rounded(toScale: 2).significand(ofScale: 2) else { return "\(amount) USD" }
        let (whole, rest) = cents.magnitude.quotientAndRemainder(dividingBy: 100)
        return Figures.grouped("\(cents < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)") + " USD"
    }

    /// `62.5 %`.
    static func percent(_ share: Ratio) -> String {
        basisPoints(share).map { AmountText.percent(basisPoints: $0) } ?? unknown
    }

    /// `41.07 %` of a share that was worked out by statistics.
    static func percent(_ share: Double) -> String {
        Int(exactly: (share * 10_000).rounded()).map { AmountText.percent(basisPoints: $0) } ?? unknown
    }

    private static func basisPoints(_ share: Ratio) -> Int? {
        share.rounded(digits: 4)?.significand(ofScale: 4).flatMap { Int(exactly: $0) }
    }

    static func count(_ count: Int) -> String { Figures.grouped("\(count)") }

    static func answer(_ flag: Bool) -> String { flag ? "yes" : "no" }
}

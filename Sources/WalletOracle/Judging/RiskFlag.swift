/// What to be warned of in a wallet's trading; what is unknown raises none.
package enum RiskFlag: String, Hashable, Sendable, CaseIterable {
    case highRugExposure = "HIGH_RUG_EXPOSURE"
    case severeDrawdown = "SEVERE_DRAWDOWN"
    case extremeVolatility = "EXTREME_VOLATILITY"
    case memeHeavy = "MEME_HEAVY"
    case coldStreak = "COLD_STREAK"

    /// In the order above.
    package static func flags(for metrics: WalletMetrics) -> [RiskFlag] { allCases.filter { $0.isRaised(by: metrics) } }

    package func isRaised(by metrics: WalletMetrics) -> Bool {
        switch self {
        case .highRugExposure: metrics.rugRatio?.isAbove(percent: 40) ?? false
        case .severeDrawdown: metrics.maxDrawdown?.isAbove(percent: 70) ?? false
        case .extremeVolatility: metrics.volatility.map { $0 > 0.5 } ?? false
        case .memeHeavy: metrics.memeExposure?.isAbove(percent: 70) ?? false
        case .coldStreak: metrics.isCold ?? false
        }
    }

    /// The share of all flags that are raised, in percent: 0 to 100.
    package static func score(_ flags: [RiskFlag]) -> Int { Set(flags).count * 100 / allCases.count }
}

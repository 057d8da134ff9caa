import Bus
package import WalletOracle

/// What the oracle knows of a wallet when it is asked.
package struct AnalyzedWallet: Hashable, Sendable {
    /// Where an answer came from.
    package enum Origin: String, Hashable, Sendable {
        /// Worked out for this question.
        case sources
        case memory
        case store
    }

    package let report: WalletReport
    package let origin: Origin
    /// The report has run out, and the sources give nothing newer now.
    package let isStale: Bool

    /// Whether nobody has said anything of the wallet.
    package var isUnknown: Bool { report.rule == .noData }
}

/// A report at hand, and how long nobody is asked for another.
struct KeptReport: Sendable {
    let report: WalletReport
    let holdsUntil: Timestamp

    func analyzed(from origin: AnalyzedWallet.Origin, at now: Timestamp) -> AnalyzedWallet {
        AnalyzedWallet(report: report, origin: origin, isStale: report.isStale(at: now))
    }
}

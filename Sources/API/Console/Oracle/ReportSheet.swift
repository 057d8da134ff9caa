import WalletAnalysis
import WalletOracle

/// A report with all that pages show of it.
struct ReportSheet: Sendable {
    let analyzed: AnalyzedWallet
    /// Whether it was only looked up, and nobody was asked.
    let isKept: Bool
    /// `nil` while there is no key.
    let signed: Shown<SignedReport?>
    /// Of the key that reports are signed with; 32 bytes.
    let publicKey: [UInt8]?

    var report: WalletReport { analyzed.report }

    /// Whether it has run out.
    ///
    /// By what was said of it when it was found, since that was asked a moment ago.
    var isStale: Bool { analyzed.isStale }

    /// Where it comes from.
    var origin: String {
        if isKept { return "the store; nobody was asked for a newer one" }
        return switch analyzed.origin {
        case .sources: "fresh: worked out for this question"
        case .memory: "kept in memory from an earlier question"
        case .store: "kept in the store from an earlier question"
        }
    }

    /// Why it is shown though it has run out.
    var staleness: String {
        isKept
            ? "It has run out: ask again for a newer one." : "It has run out, and the sources give nothing newer now."
    }
}

import Domain
import WalletOracle

/// The fifteen figures of a wallet with their units; what is unknown says so, and has no bar.
struct ReportFigures: View {
    let metrics: WalletMetrics

    var body: Markup {
        section(.id("figures"), .aria("labelledby", "figures-name")) {
            h2(.id("figures-name")) { "Figures" }
            ul(.class("bars")) {
                share("Trades won", metrics.winRatio, .good)
                share("Trades that lost more than half", metrics.rugRatio, .bad, mark: 0.4)
                share("Deepest fall of the profits", metrics.maxDrawdown, .bad, mark: 0.7)
                share("Volume with a meme", metrics.memeExposure, .quiet, mark: 0.7)
            }
            if hasMarks { p(.class("note")) { "A line in a bar is where a flag is raised." } }
            dl(.class("facts")) {
                fact("Transactions", metrics.transactions.map(OracleText.count))
                fact("Volume", metrics.volume.map(volume))
                fact("Profit in all", metrics.totalProfit.map(OracleText.dollars))
                fact("Profit of a trade", metrics.averageProfit.map(OracleText.dollars))
                fact("Profit of seven days", metrics.weekProfit.map(OracleText.dollars))
                fact("Scatter of returns", metrics.volatility.map { OracleText.percent($0) + " of the cost" })
                fact("Hot streak", metrics.isHot.map(OracleText.answer))
                fact("Cold streak", metrics.isCold.map(OracleText.answer))
                fact("Whale", metrics.isWhale.map(OracleText.answer))
                fact("Age", metrics.daysActive.map { "\(OracleText.count($0)) days" })
                fact("On X", metrics.sentiment.rawValue)
            }
            counts
        }
    }

    private var hasMarks: Bool {
        metrics.rugRatio != nil || metrics.maxDrawdown != nil || metrics.memeExposure != nil
    }

    private func share(
        _ name: String,
        _ ratio: Ratio?,
        _ tone: ShareBar.Tone,
        mark: Double? = nil
    ) -> Markup {
        li {
            span(.class("name")) { name }
            span(.class("figure")) { ratio.map(OracleText.percent) ?? OracleText.unknown }
            // An empty bar would look like none at all.
            if let ratio { ShareBar(share: ratio.double, tone: tone, mark: mark) }
        }
    }

    @MarkupBuilder private func fact(_ name: String, _ text: String?) -> Markup {
        dt(name)
        dd { text ?? OracleText.unknown }
    }

    private func volume(_ amount: ExactDecimal) -> String {
        let lacking = metrics.counts.unvaluedSwaps
        return OracleText.dollars(amount) + (lacking > 0 ? " at least: \(lacking) swaps have no known value" : "")
    }

    // MARK: What they rest on

    /// With no history at all there was nothing to count, and the counts say nothing.
    private var isCounted: Bool { metrics.volume != nil || metrics.counts != WalletMetrics.Counts() }

    @MarkupBuilder private var counts: Markup {
        details(.id("counts")) {
            summary("What they rest on")
            if isCounted {
                dl(.class("facts")) {
                    fact("Closed trades", OracleText.count(metrics.counts.closedTrades))
                    fact("With a profit", OracleText.count(metrics.counts.wins))
                    fact("Lost more than half", OracleText.count(metrics.counts.rugs))
                    fact("Failed transactions", OracleText.count(metrics.counts.failed))
                    fact("Sales of what was not bought", OracleText.count(metrics.counts.unknownCosts))
                    fact("Trades without a price", OracleText.count(metrics.counts.unknownPrices))
                    fact("Swaps without a value", OracleText.count(metrics.counts.unvaluedSwaps))
                    fact("Left out, of a wrong time", OracleText.count(metrics.counts.misplaced))
                }
            } else {
                p(.class("empty")) { "No history was read, so nothing was counted." }
            }
        }
    }
}

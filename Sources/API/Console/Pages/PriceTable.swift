import Bus
import Domain

/// The last price of each pair, with its age and where it comes from.
struct PriceTable: View {
    let market: ConsoleData.MarketFacts
    let now: Timestamp

    var body: Markup {
        section(.id("prices"), .aria("labelledby", "price-list"), .data("live")) {
            h2(.id("price-list")) { "Prices" }
            if market.prices.isEmpty {
                p(.class("empty")) {
                    "No prices yet: \(market.reason). They appear here as soon as an exchange answers."
                }
            } else {
                if isReplayed {
                    p(.class("warning")) { "Recorded prices, played back. They are history, not what holds now." }
                } else if market.source == nil {
                    p(.class("warning")) { "No exchange answers now: \(market.reason). These are the last prices." }
                }
                DataTable(name: "Prices", columns: columns, rows: market.prices.map(row))
            }
        }
    }

    private var isReplayed: Bool { market.prices.contains(where: \.isReplayed) }

    private var columns: [DataTable.Column] {
        [
            DataTable.Column("Pair"), DataTable.Column("Price", .leadFigure), DataTable.Column("24 h", .figure),
            DataTable.Column("As of"), DataTable.Column("Source", .prose),
        ]
    }

    private func row(_ tick: PriceTicked) -> DataTable.Row {
        DataTable.Row(
            id: "price-\(tick.pair)",
            [
                Markup(text: "\(tick.pair.base)/\(tick.pair.quote)"),
                strong(Figures.grouped(tick.price.description)),
                Markup(text: tick.change24hPercent.map { Figures.percent($0.description) } ?? ""),
                asOf(tick),
                Markup(text: tick.source),
            ]
        )
    }

    @MarkupBuilder private func asOf(_ tick: PriceTicked) -> Markup {
        Moment(tick.asOf, now: now)
        if !tick.isReplayed, tick.asOf.duration(to: now) > market.staleAfter {
            " "
            Condition("stale", .poor)
        }
    }
}

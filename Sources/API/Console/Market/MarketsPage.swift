import Bus
import Domain

/// The prices that are followed, and the candles of one of them.
struct MarketsPage: Page {
    let market: ConsoleData.MarketFacts
    let pairs: [TradingPair]
    /// Whose candles are shown; `nil` where nothing is followed.
    let pair: TradingPair?
    let interval: CandleInterval
    let chart: Shown<Fresh<CandlesAnswer>>?
    let now: Timestamp

    static let candlesShown = 60
    /// How often a browser that runs scripts renews the page.
    private static let renewedEverySeconds = 10

    var name: String { "Markets" }
    var place: OwnPath? { "/markets" }

    var body: Markup {
        h1("Markets")
        p(
            .class("contact"),
            .id("contact"),
            .role("status"),
            .data("every", "\(MarketsPage.renewedEverySeconds)")
        ) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        PriceTable(market: market, now: now)
        if let pair, let chart {
            choice(pair)
            section(.id("chart"), .aria("labelledby", "chart-name"), .data("live")) {
                h2(.id("chart-name")) { "\(pair.base)/\(pair.quote), candles of \(interval.rawValue)" }
                switch chart {
                case .success(let told): CandleSection(told: told, now: now)
                case .failure(let failure): Unavailable(failure: failure)
                }
            }
        }
    }

    private func choice(_ pair: TradingPair) -> Markup {
        form(.class("row"), Attribute(.method, "get"), .action("/markets")) {
            label {
                "Pair"
                select(.name("pair")) {
                    for one in pairs {
                        option([.value(one.text)] + (one == pair ? [.flag(.selected)] : [])) {
                            "\(one.base)/\(one.quote)"
                        }
                    }
                }
            }
            label {
                "Candles of"
                select(.name("interval")) {
                    for one in CandleInterval.allCases {
                        option([.value(one.rawValue)] + (one == interval ? [.flag(.selected)] : [])) { one.rawValue }
                    }
                }
            }
            button(.type("submit")) { "Show" }
        }
    }
}

/// A chart, where its candles come from, and the newest of them in figures.
struct CandleSection: View {
    let told: Fresh<CandlesAnswer>
    let now: Timestamp

    /// So many stand in the table.
    private static let rowsMax = 12

    private var candles: [CandlesAnswer.Entry] { told.told.candles }

    var body: Markup {
        if candles.isEmpty {
            p(.class("empty")) { "There are no candles of this market yet." }
        } else {
            CandleChart(candles: candles, name: "\(told.told.pair)", now: now)
            p(.class("note")) {
                "From \(told.freshness.source) (\(told.told.symbol)), as of "
                Moment(told.freshness.asOf, now: now)
                if told.freshness.stale {
                    " "
                    Condition("stale", .poor)
                }
            }
            if !told.told.gaps.isEmpty {
                p(.class("note")) {
                    "\(told.told.gaps.reduce(0) { $0 + $1.missing }) candles are missing: nothing was traded then, or "
                        + "nobody knows. Nothing is filled in."
                }
            }
            FoldedTable(id: "candle-figures", text: "The newest in figures", table: figures)
        }
    }

    private var figures: DataTable {
        DataTable(
            name: "The newest candles",
            columns: [
                DataTable.Column("From"), DataTable.Column("Close", .leadFigure), DataTable.Column("Open", .figure),
                DataTable.Column("High", .figure), DataTable.Column("Low", .figure),
                DataTable.Column("Volume", .figure),
            ],
            rows: candles.suffix(CandleSection.rowsMax).reversed().map { candle in
                DataTable.Row([
                    Markup(text: Figures.clock(candle.openTime, now: now) + (candle.forming ? ", still forming" : "")),
                    Markup(text: Figures.grouped(candle.close.description)),
                    Markup(text: Figures.grouped(candle.open.description)),
                    Markup(text: Figures.grouped(candle.high.description)),
                    Markup(text: Figures.grouped(candle.low.description)),
                    Markup(text: Figures.grouped(candle.volume.description)),
                ])
            }
        )
    }
}

import Bus
import Domain
import Drawing

/// A price of the ticker as it is shown at a time: what its drawing depends on.
struct TickerCell: Hashable {
    let base: String
    let quote: String
    let price: String
    /// With its sign; `nil` where it is not known or the price is no longer one of now.
    let change: String?
    let isFall: Bool
    let asOf: String
    /// For a price that is older than its limit.
    let age: String?

    /// - Returns: `nil` for a row that is not to be seen.
    init?(_ row: PriceRow, at time: Timestamp, whenStale: PriceTicker.StalePolicy) {
        switch Freshness(asOf: row.asOf, limitSeconds: row.limitSeconds, now: time) {
        case .fresh: age = nil
        case .stale(let seconds):
            guard whenStale == .shownWithAge else { return nil }
            age = "\(Freshness.ageText(seconds: seconds)) old"
        case .fromFuture: return nil
        }
        base = row.pair.base
        quote = row.pair.quote
        price = PriceText.text(row.price)
        asOf = UTCText(row.asOf).clock
        let percent = age == nil ? row.changePercent?.rounded(toScale: 2) : nil
        change = percent.map(PriceText.percent)
        isFall = percent?.isNegative ?? false
    }

    /// The cells of all rows that are to be seen, in their order.
    static func all(_ ticker: PriceTicker, at time: Timestamp) -> [TickerCell] {
        ticker.rows.compactMap { TickerCell($0, at: time, whenStale: ticker.whenStale) }
    }

    /// Whether a ticker with rows has nothing to show; found without their texts.
    static func isEmpty(_ ticker: PriceTicker, at time: Timestamp) -> Bool {
        ticker.rows.allSatisfy { row in
            switch Freshness(asOf: row.asOf, limitSeconds: row.limitSeconds, now: time) {
            case .fresh: false
            case .stale: ticker.whenStale == .leftOut
            case .fromFuture: true
            }
        }
    }

    var pair: String { "\(base)-\(quote)" }
}

import Bus
import Domain

/// A chart as it is shown at a time: what its drawing depends on.
struct ChartContent: Hashable {
    let chart: CandleChart
    /// `nil` for one of now; otherwise its age, or that its clock is wrong.
    let staleText: String?

    init(_ chart: CandleChart, at time: Timestamp) {
        self.chart = chart
        staleText =
            switch Freshness(asOf: chart.asOf, limitSeconds: chart.limitSeconds, now: time) {
            case .fresh: nil
            case .stale(let age): "\(Freshness.ageText(seconds: age)) old"
            case .fromFuture: "age not known"
            }
    }

    var isStale: Bool { staleText != nil }

    var pairText: String { "\(chart.pair.base) / \(chart.pair.quote)" }

    /// Such as `as of 12:34:05 UTC`.
    var asOfText: String { "as of \(UTCText(chart.asOf).clock) UTC" }

    /// Such as `5 min candles`.
    var intervalText: String {
        let text = chart.interval.rawValue
        let unit =
            switch text.last {
            case "m": "min"
            case "d": "day"
            case "w": "week"
            default: "h"
            }
        return "\(text.dropLast()) \(unit) candles"
    }

    /// From the first open to the last close, such as `+1.24 % in 8 h`.
    var change: (percent: ExactDecimal, text: String)? {
        guard let first = chart.candles.first, let last = chart.candles.last,
            let percent = last.close.amount.changePercent(from: first.open.amount)
        else { return nil }
        let span = first.openTime.duration(to: last.closeTime).components.seconds
        return (percent, "\(PriceText.percent(percent)) in \(Freshness.ageText(seconds: span))")
    }
}

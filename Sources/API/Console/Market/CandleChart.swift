import Bus
import Domain

/// Candles drawn to scale, complete as it is sent: where one is missing there is a gap.
struct CandleChart: View {
    /// The oldest first; never empty.
    let candles: [CandlesAnswer.Entry]
    /// The market's name.
    let name: String
    let now: Timestamp

    var body: Markup {
        let scale = CandleScale(candles)
        Tag("svg")(
            .class("chart"),
            .role("img"),
            .aria("label", label),
            .numbers(.viewBox, 0, 0, CandleScale.width, CandleScale.height)
        ) {
            for price in [scale.highest, scale.lowest] { level(price, scale) }
            for candle in candles { view(of: candle, scale) }
        }
    }

    /// For those who hear it.
    private var label: String {
        guard let first = candles.first, let last = candles.last else { return name }
        let prices = candles.map(\.high.amount).max().map { "highest \(Figures.grouped($0.description))" } ?? ""
        let lowest = candles.map(\.low.amount).min().map { "lowest \(Figures.grouped($0.description))" } ?? ""
        return "\(name), \(candles.count) candles from \(Figures.clock(first.openTime, now: now)) to "
            + "\(Figures.clock(last.openTime, now: now)): \(prices), \(lowest), "
            + "last \(Figures.grouped(last.close.description))"
    }

    @MarkupBuilder private func level(_ price: ExactDecimal, _ scale: CandleScale) -> Markup {
        let height = scale.y(price.double)
        Tag("line")(
            .class("level"),
            .numbers(.x1, 0),
            .numbers(.x2, CandleScale.plotWidth),
            .numbers(.y1, height),
            .numbers(.y2, height)
        ) { "" }
        Tag("text")(.numbers(.x, CandleScale.plotWidth + 6), .numbers(.y, height + 4)) {
            Figures.grouped(price.description)
        }
    }

    @MarkupBuilder private func view(of candle: CandlesAnswer.Entry, _ scale: CandleScale) -> Markup {
        let middle = scale.x(candle.openTime) + scale.step / 2
        let (open, close) = (scale.y(candle.open.amount.double), scale.y(candle.close.amount.double))
        let style: Attribute =
            if candle.forming { .class("candle forming") } else if close <= open { .class("candle up") } else {
                .class("candle down")
            }
        Tag("g")(style) {
            Tag("line")(
                .numbers(.x1, middle),
                .numbers(.x2, middle),
                .numbers(.y1, scale.y(candle.high.amount.double)),
                .numbers(.y2, scale.y(candle.low.amount.double))
            ) { "" }
            Tag("rect")(
                .numbers(.x, middle - scale.step * 0.35),
                .numbers(.y, min(open, close)),
                .numbers(.width, scale.step * 0.7),
                // A price that has not moved is a line.
                .numbers(.height, max(1, abs(open - close)))
            ) { "" }
        }
    }
}

/// Where a time and a price are on a chart, as a value.
struct CandleScale: Sendable {
    static let width = 900.0
    static let height = 320.0
    /// Beside it stand the prices.
    static let plotWidth = 800.0
    private static let margin = 14.0

    let lowest: ExactDecimal
    let highest: ExactDecimal
    /// The width of one candle.
    let step: Double
    private let start: Timestamp
    private let span: Double

    /// - Parameter candles: the oldest first.
    init(_ candles: [CandlesAnswer.Entry]) {
        lowest = candles.map(\.low.amount).min() ?? .zero
        highest = candles.map(\.high.amount).max() ?? .zero
        let times = candles.map(\.openTime)
        let first = times.first ?? Timestamp(seconds: 0)
        // The shortest distance is the length of a candle: what is longer is a gap.
        let distances = zip(times, times.dropFirst()).map { $0.duration(to: $1) / .seconds(1) }
        let length = max(1, distances.min() ?? 1)
        start = first
        span = (times.last.map { first.duration(to: $0) / .seconds(1) } ?? 0) + length
        step = CandleScale.plotWidth * length / span
    }

    func x(_ time: Timestamp) -> Double { CandleScale.plotWidth * (start.duration(to: time) / .seconds(1)) / span }

    func y(_ price: Double) -> Double {
        let (low, high) = (lowest.double, highest.double)
        // Where all prices are the same, they stand in the middle.
        guard high > low else { return CandleScale.height / 2 }
        let usable = CandleScale.height - 2 * CandleScale.margin
        return CandleScale.margin + usable * (high - price) / (high - low)
    }
}

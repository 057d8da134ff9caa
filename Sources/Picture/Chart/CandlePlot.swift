import Bus
import Domain
import Drawing

/// The candles of a chart as boxes, and its axes; without colours and letters.
struct CandlePlot: Hashable {
    struct Bar: Hashable {
        /// From open to close; at least one pixel high.
        let body: Box
        /// From high to low.
        let wick: Box
        /// From the bottom of the plot; nothing for a candle without trades.
        let volume: Box
        let isRise: Bool
    }

    let bars: [Bar]
    let prices: PriceScale
    let times: TimeScale
    /// Of the last close.
    let lastY: Double

    private static let bodyShare = 0.66
    /// Of the height, for the highest volume.
    private static let volumeShare = 0.16
    /// A single candle is not to fill the chart.
    private static let bodyWidthShareMax = 0.03

    /// - Parameters:
    ///   - candles: in order of time; at least one.
    ///   - box: of the plot, on whole pixels.
    ///   - line: width of thin lines.
    ///   - labels: how many price marks have room above one another, and time marks beside one another.
    init?(_ candles: [Candle], in box: Box, line: Double, labels: (prices: Int, times: Int)) {
        guard let first = candles.first, let last = candles.last, box.width >= 1, box.height >= 1 else { return nil }
        let values = candles.map(Figures.init)
        prices = PriceScale(
            low: values.map(\.low).min() ?? 0,
            high: values.map(\.high).max() ?? 0,
            marksMax: labels.prices
        )
        times = TimeScale(
            first: first.openTime,
            last: last.openTime,
            interval: last.interval,
            marksMax: labels.times
        )
        let scale = Scale(box: box, prices: prices, times: times, volumeMax: values.map(\.volume).max() ?? 0)
        bars = zip(candles, values).map { candle, figures in scale.bar(candle, figures, line: line) }
        lastY = values.last.map { scale.y($0.close) } ?? box.bottom
    }

    /// Where a price stands in the box that the plot was made for.
    func y(_ price: Double, in box: Box) -> Double { CandlePlot.y(price, prices, in: box) }

    /// Prices keep clear of the volumes.
    private static func y(_ price: Double, _ prices: PriceScale, in box: Box) -> Double {
        box.y + (1 - prices.share(of: price)) * box.height * (1 - volumeShare)
    }

    /// As fractions, with a high and a low that hold the rest even where the source's do not.
    private struct Figures {
        let open: Double
        let close: Double
        let high: Double
        let low: Double
        let volume: Double

        init(_ candle: Candle) {
            open = candle.open.amount.double
            close = candle.close.amount.double
            high = max(open, close, candle.high.amount.double)
            low = min(open, close, candle.low.amount.double)
            volume = max(0, candle.volume.double)
        }
    }

    private struct Scale {
        let box: Box
        let prices: PriceScale
        let times: TimeScale
        let volumeMax: Double

        func y(_ price: Double) -> Double { CandlePlot.y(price, prices, in: box) }

        func bar(_ candle: Candle, _ figures: Figures, line: Double) -> Bar {
            let seconds = Double(candle.openTime.nanoseconds / 1_000_000_000)
            let slot =
                times.share(ofSeconds: seconds + Double(candle.interval.seconds)) - times.share(ofSeconds: seconds)
            let room = slot * box.width * CandlePlot.bodyShare
            let width = max(1, min(room, box.width * CandlePlot.bodyWidthShareMax).rounded())
            let middle = box.x + (times.share(ofSeconds: seconds) + slot / 2) * box.width
            let left = min(max(box.x, (middle - width / 2).rounded()), box.right - width)
            let thin = min(line, width)
            let center = left + ((width - thin) / 2).rounded()
            let (top, bottom) = (y(max(figures.open, figures.close)), y(min(figures.open, figures.close)))
            let share = volumeMax > 0 ? figures.volume / volumeMax : 0
            let high = (share * CandlePlot.volumeShare * 0.9 * box.height).rounded(.up)
            return Bar(
                body: Box(left, top.rounded(), width, max(1, bottom.rounded() - top.rounded())),
                wick: Box(center, y(figures.high), thin, max(1, y(figures.low) - y(figures.high))),
                volume: Box(left, box.bottom - high, width, high),
                isRise: figures.close >= figures.open
            )
        }
    }
}

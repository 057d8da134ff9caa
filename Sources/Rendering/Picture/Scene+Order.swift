import Bus
import Domain
import Picture
import RenderWire

extension Scene {
    /// What stands in a scene of a film from its begin to its end.
    ///
    /// - Throws: `RenderFault` with `.badOrder` that names the field.
    init(_ order: SceneOrder) throws(RenderFault) {
        let scene = order.scene
        guard let layout = SceneLayout(rawValue: scene.layout) else {
            let known = SceneLayout.allCases.map(\.rawValue).joined(separator: ", ")
            throw RenderFault(.badOrder, "layout: must be one of \(known)")
        }
        var rows: [PriceRow] = []
        for figure in scene.ticker { rows.append(try PriceRow(figure)) }
        self.init(
            layout: layout,
            stationName: ShownText(order.order.station),
            // It will be seen at another time.
            hasClock: false,
            headline: scene.topic.isEmpty ? nil : ShownText(scene.topic),
            ticker: PriceTicker(title: "Spot · 24 h", rows: rows, whenStale: .shownWithAge),
            chart: try scene.chart.map { chart throws(RenderFault) in try CandleChart(chart) },
            captions: Captions(lines: []),
            callIn: order.order.callAddress.map {
                CallIn(title: "Call the show", address: ShownText(CallAddress.shown($0)), link: ShownText($0))
            }
        )
    }
}

/// Where listeners call in.
enum CallAddress {
    /// As it is read: without what stands before the host.
    static func shown(_ link: String) -> String {
        for prefix in ["https://", "http://"] where link.hasPrefix(prefix) {
            return String(link.dropFirst(prefix.count))
        }
        return link
    }
}

extension PriceRow {
    fileprivate init(_ figure: RenderFigure) throws(RenderFault) {
        guard let pair = TradingPair(figure.pair), let price = Price(figure.price) else {
            throw RenderFault(.badOrder, "ticker: \(figure.pair) \(figure.price) is no price")
        }
        self.init(
            pair: pair,
            price: price,
            changePercent: figure.changeBasisPoints.map { ExactDecimal(significand: Int128($0), scale: 2) },
            asOf: Timestamp(milliseconds: figure.asOf),
            limitSeconds: figure.limitSeconds
        )
    }
}

extension CandleChart {
    fileprivate init(_ chart: RenderChart) throws(RenderFault) {
        guard let pair = TradingPair(chart.pair) else {
            throw RenderFault(.badOrder, "chart.pair: must be a pair such as BTC-USD")
        }
        guard let interval = CandleInterval(rawValue: chart.interval) else {
            throw RenderFault(.badOrder, "chart.interval: there is none of \(chart.interval)")
        }
        var candles: [Candle] = []
        for bar in chart.bars { candles.append(try Candle(bar, interval)) }
        self.init(
            pair: pair,
            interval: interval,
            candles: candles,
            asOf: Timestamp(milliseconds: chart.asOf),
            limitSeconds: chart.limitSeconds
        )
    }
}

extension Candle {
    fileprivate init(_ bar: RenderChart.Bar, _ interval: CandleInterval) throws(RenderFault) {
        guard let open = Price(bar.open), let high = Price(bar.high), let low = Price(bar.low),
            let close = Price(bar.close), let volume = ExactDecimal(bar.volume)
        else { throw RenderFault(.badOrder, "chart.bars: prices must be decimal texts") }
        self.init(
            openTime: Timestamp(milliseconds: bar.at),
            interval: interval,
            open: open,
            high: high,
            low: low,
            close: close,
            volume: volume
        )
    }
}

package import Domain
package import RenderWire

/// Where the figures of a film come from: what is kept of the markets, and nothing else.
package struct FilmFigures: Sendable {
    /// The newest candles of a chart, the oldest first; none where none are kept.
    package let chart: @Sendable (FilmScript.Chart) async throws -> RenderChart?
    /// The last price of a pair; `nil` where nobody has told one.
    package let price: @Sendable (TradingPair) -> RenderFigure?

    package init(
        chart: @escaping @Sendable (FilmScript.Chart) async throws -> RenderChart?,
        price: @escaping @Sendable (TradingPair) -> RenderFigure?
    ) {
        self.chart = chart
        self.price = price
    }

    /// The charts and prices of each scene.
    ///
    /// - Throws: `StudioFailure` for what is not known: no film shows a chart without prices.
    func gather(_ scenes: [FilmScript.Scene]) async throws -> [(chart: RenderChart?, ticker: [RenderFigure])] {
        var charts: [FilmScript.Chart: RenderChart] = [:]
        var found: [(chart: RenderChart?, ticker: [RenderFigure])] = []
        for (index, scene) in scenes.enumerated() {
            if let wish = scene.chart, charts[wish] == nil {
                guard let chart = try await chart(wish), chart.bars.count > 1 else {
                    throw StudioFailure.unavailable(
                        "scenes.\(index).chart: no \(wish.interval.rawValue) candles of \(wish.pair) are kept for that time"
                    )
                }
                charts[wish] = chart
            }
            let ticker = try scene.ticker.map { pair throws(StudioFailure) in
                guard let figure = price(pair) else {
                    throw .unavailable("scenes.\(index).ticker: no price of \(pair) is known")
                }
                return figure
            }
            found.append((scene.chart.flatMap { charts[$0] }, ticker))
        }
        return found
    }
}

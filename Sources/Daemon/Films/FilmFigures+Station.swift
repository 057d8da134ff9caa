import Bus
import Domain
import Films
import Market
import MarketHistory
import RenderWire

extension FilmFigures {
    /// What the station keeps of the markets.
    init(_ station: Station) {
        self.init(
            chart: { wish in
                let now = station.now()
                let from = now.advanced(by: .seconds(-3600 * Int64(wish.hours)))
                let page = try await station.records.candles.candles(
                    of: wish.pair,
                    wish.interval,
                    in: from..<max(from, now),
                    .newestFirst
                )
                guard let last = page.rows.first?.candle else { return nil }
                return RenderChart(
                    pair: wish.pair.text,
                    interval: wish.interval.rawValue,
                    bars: page.rows.reversed().map { RenderChart.Bar($0.candle) },
                    asOf: min(now, last.closeTime).milliseconds,
                    // One that has just closed may take as long again to be followed by the next.
                    limitSeconds: Int(2 * wish.interval.seconds)
                )
            },
            price: { pair in
                guard let found = station.board.tick(of: pair) else { return nil }
                return RenderFigure(
                    pair: pair.text,
                    price: found.tick.price.description,
                    changeBasisPoints: found.tick.change24hPercent.flatMap(FilmFigures.basisPoints),
                    asOf: found.tick.asOf.milliseconds,
                    limitSeconds: Int(station.settings.current.configuration.market.staleAfterSeconds.rounded(.up))
                )
            }
        )
    }

    /// Hundredths of a percent, rounded away from zero; `nil` beyond what anybody would believe.
    private static func basisPoints(_ percent: ExactDecimal) -> Int? {
        guard percent.scale <= 20, percent <= ExactDecimal(1_000_000), ExactDecimal(-1_000_000) <= percent else {
            return nil
        }
        let one = (0..<percent.scale).reduce(Int128(1)) { value, _ in value * 10 }
        let doubled = percent.significand * 200
        return Int((doubled + (doubled < 0 ? -one : one)) / (2 * one))
    }
}

extension RenderChart.Bar {
    fileprivate init(_ candle: Candle) {
        self.init(
            at: candle.openTime.milliseconds,
            open: candle.open.description,
            high: candle.high.description,
            low: candle.low.description,
            close: candle.close.description,
            volume: candle.volume.description
        )
    }
}

package import Bus
package import Domain

/// What a source has told of a pair, with the event that brought it.
package struct PriceEntry: Sendable {
    package let header: EnvelopeHeader
    package let tick: PriceTicked
    /// How old its figures may be; `nil` for recorded ones, which are said with their date.
    package var ageMax: Duration?
    /// For a replay: the candle that the price is the end of.
    package var candle: Candle?

    package init(header: EnvelopeHeader, tick: PriceTicked, ageMax: Duration?, candle: Candle? = nil) {
        self.header = header
        self.tick = tick
        self.ageMax = ageMax
        self.candle = candle
    }

    /// A figure of this pair.
    ///
    /// - Returns: `nil` when the source does not tell it.
    package func figure(_ quantity: SpokenFact.Quantity) -> Briefing.Figure? {
        let (value, asOf): (ExactDecimal?, Timestamp) =
            switch quantity {
            case .price: (tick.price.amount, tick.asOf)
            case .change24h: (tick.change24hPercent, tick.asOf)
            case .high24h: (tick.high24h?.amount, tick.asOf)
            case .low24h: (tick.low24h?.amount, tick.asOf)
            case .close: (candle?.close.amount, candle?.closeTime ?? tick.asOf)
            case .candleChange:
                (candle.flatMap { $0.close.amount.changePercent(from: $0.open.amount) }, candle?.closeTime ?? tick.asOf)
            case .trendChange, .fearGreed, .newsMood: (nil, tick.asOf)
            }
        guard let value else { return nil }
        return Briefing.Figure(
            fact: SpokenFact(pair: tick.pair, quantity: quantity, value: value, source: tick.source, asOf: asOf),
            ageMax: ageMax
        )
    }

    /// The extremes of 24 hours, where the source tells both and they are two.
    package var range: (low: Price, high: Price)? {
        guard let low = tick.low24h, let high = tick.high24h, low < high else { return nil }
        return (low, high)
    }
}

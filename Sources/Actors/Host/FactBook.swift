package import Bus
package import Domain

/// The figures that a host may use: the newest of each pair, with where it came from and when it held.
package struct FactBook: Sendable {
    /// A measured figure with the event that brought it.
    package struct Entry: Sendable {
        package let header: EnvelopeHeader
        package let tick: PriceTicked
        /// For a replay: the candle that the price is the end of.
        package var candle: Candle?

        package init(header: EnvelopeHeader, tick: PriceTicked, candle: Candle? = nil) {
            self.header = header
            self.tick = tick
            self.candle = candle
        }
    }

    private var live: [TradingPair: Entry] = [:]
    private var recorded: [TradingPair: Entry] = [:]
    private var candles: [TradingPair: CandleClosed] = [:]

    package init() {}

    package mutating func note(_ envelope: Envelope<PriceTicked>) {
        let tick = envelope.payload
        if tick.isReplayed {
            recorded[tick.pair] = Entry(header: envelope.header, tick: tick)
        } else {
            live[tick.pair] = Entry(header: envelope.header, tick: tick)
        }
    }

    package mutating func note(_ candle: CandleClosed) {
        guard candle.isReplayed else { return }
        candles[candle.pair] = candle
    }

    /// Prices that are fresh enough to be said as if they were now, by pair.
    ///
    /// - Parameters:
    ///   - now: what ages are counted to.
    ///   - staleAfter: older ones are left out.
    /// - Returns: at most one for each pair, in the order of the pairs.
    package func fresh(at now: Timestamp, staleAfter: Duration) -> [Entry] {
        live.values
            .filter { $0.tick.asOf.duration(to: now) <= staleAfter }
            .sorted { $0.tick.pair < $1.tick.pair }
    }

    /// The newest recorded prices; they may only be said with their date.
    package var history: [Entry] {
        recorded.values
            .map { entry in
                var entry = entry
                if let closed = candles[entry.tick.pair], closed.asOf == entry.tick.asOf {
                    entry.candle = closed.candle
                }
                return entry
            }
            .sorted { $0.tick.pair < $1.tick.pair }
    }
}

import Bus
package import Domain
import Threading

/// Plays a candle file: which candle comes next, and when.
///
/// It belongs to the station and not to the actor that reads it, so that a restart goes on where it was.
package final class ReplayFeed: Sendable {
    package let track: ReplayTrack
    package let speed: ReplaySpeed
    private let state = Mutex(State())

    private struct State {
        var position = 0
        /// When the first candle was played.
        var start: Duration?
    }

    package init(track: ReplayTrack, speed: ReplaySpeed) {
        self.track = track
        self.speed = speed
    }

    /// When the next candle comes, on the stopwatch that `elapsed` is read from; `nil` at the end.
    ///
    /// The first one comes at once.
    package func nextMoment(elapsed: Duration) -> Duration? {
        state.withLock { state in
            guard state.position < track.candles.count else { return nil }
            let start = state.start ?? elapsed
            state.start = start
            return start + track.offset(of: state.position, at: speed)
        }
    }

    /// Takes the next candle, whether or not its moment has come.
    package func take() -> CandleSeries? {
        state.withLock { state in
            guard state.position < track.candles.count else { return nil }
            let candle = track.candles[state.position]
            state.position += 1
            return CandleSeries(pair: track.pair, symbol: track.symbol, interval: track.interval, candles: [candle])
        }
    }

    /// The price at the end of a candle, as an event of that time.
    package func tick(of candle: Candle) -> PriceTicked {
        PriceTicked(
            pair: track.pair,
            price: candle.close,
            source: track.source,
            symbol: track.symbol,
            asOf: candle.closeTime
        )
    }
}

package import Bus
package import Domain

/// A larger candle, made of smaller ones.
package struct ResampledCandle: Hashable, Sendable {
    package let candle: Candle
    /// How many of the smaller ones there were.
    package let count: Int
    /// How many fit into it.
    package let expected: Int

    /// Whether none was missing: only then it is the candle that the exchange itself would tell.
    package var isComplete: Bool { count == expected }
}

/// Makes larger candles of smaller ones, exactly, as they come.
///
/// Candles without volume had no trade: they are a repetition of the last price, and do not open, raise or lower the
/// larger one while there is any with volume. That is how exchanges do it themselves: of two years of hours this makes
/// their own four hours and days.
package struct CandleResampler: Sendable {
    package struct Refusal: Error, Hashable, Sendable {
        package enum Reason: String, Hashable, Sendable {
            /// The larger interval is not made of whole smaller ones.
            case notAMultiple
            /// The candle does not cover the smaller interval, or does not open where one may.
            case otherInterval
            /// It is older than one that came before, or the same.
            case outOfOrder
            /// The sum of the volumes has more digits than a decimal can hold.
            case tooManyDigits
        }

        package let reason: Reason
    }

    private struct Window {
        let start: Timestamp
        var open: Candle
        var high: Price
        var low: Price
        var close: Candle
        var volume: ExactDecimal
        var count: Int
        var hasTraded: Bool
    }

    package let base: CandleInterval
    package let interval: CandleInterval
    private var window: Window?
    private var last: Timestamp?

    /// - Parameters:
    ///   - base: what the smaller ones cover.
    ///   - interval: what the larger ones are to cover.
    /// - Throws: `Refusal` with `.notAMultiple`.
    package init(from base: CandleInterval, to interval: CandleInterval) throws(Refusal) {
        guard interval.seconds > base.seconds, interval.seconds % base.seconds == 0 else {
            throw Refusal(reason: .notAMultiple)
        }
        self.base = base
        self.interval = interval
    }

    /// Takes the next of the smaller ones, which is closed.
    ///
    /// - Returns: the larger ones that are closed by it, at most two.
    /// - Throws: `Refusal`; nothing has changed then.
    package mutating func add(_ candle: Candle) throws(Refusal) -> [ResampledCandle] {
        guard candle.interval == base, base.isOpening(candle.openTime) else { throw Refusal(reason: .otherInterval) }
        if let last, candle.openTime <= last { throw Refusal(reason: .outOfOrder) }
        let start = interval.start(of: candle.openTime)
        var closed: [ResampledCandle] = []
        var next: Window
        if let window, window.start == start {
            next = try CandleResampler.adding(candle, to: window)
        } else {
            if let window { closed.append(finished(window)) }
            next = CandleResampler.opening(candle, at: start)
        }
        last = candle.openTime
        if candle.closeTime == start.advanced(by: interval.duration) {
            closed.append(finished(next))
            window = nil
        } else {
            window = next
        }
        return closed
    }

    /// The one that still forms; it changes with every smaller one.
    package var forming: ResampledCandle? { window.map(finished) }

    /// Gives out what is closed by the time, although its last smaller ones never came.
    package mutating func close(at now: Timestamp) -> ResampledCandle? {
        guard let window, window.start.advanced(by: interval.duration) <= now else { return nil }
        self.window = nil
        return finished(window)
    }

    private static func opening(_ candle: Candle, at start: Timestamp) -> Window {
        Window(
            start: start,
            open: candle,
            high: candle.high,
            low: candle.low,
            close: candle,
            volume: candle.volume,
            count: 1,
            hasTraded: !candle.volume.isZero
        )
    }

    private static func adding(_ candle: Candle, to window: Window) throws(Refusal) -> Window {
        let hasTraded = !candle.volume.isZero
        var next = window
        next.count += 1
        if hasTraded == window.hasTraded {
            next.high = max(window.high, candle.high)
            next.low = min(window.low, candle.low)
            next.close = candle
        } else if hasTraded {
            // What was there before had no trade.
            (next.open, next.high, next.low, next.close) = (candle, candle.high, candle.low, candle)
        }
        guard let volume = window.volume.adding(candle.volume) else { throw Refusal(reason: .tooManyDigits) }
        next.volume = volume
        next.hasTraded = window.hasTraded || hasTraded
        return next
    }

    private func finished(_ window: Window) -> ResampledCandle {
        ResampledCandle(
            candle: Candle(
                openTime: window.start,
                interval: interval,
                open: window.open.open,
                high: window.high,
                low: window.low,
                close: window.close.close,
                volume: window.volume
            ),
            count: window.count,
            expected: Int(interval.seconds / base.seconds)
        )
    }
}

extension CandleResampler {
    /// Makes larger candles of a whole series, the last of which may still form.
    ///
    /// - Throws: `Refusal` at the first candle that does not fit.
    package static func resample(
        _ candles: some Sequence<Candle>,
        from base: CandleInterval,
        to interval: CandleInterval
    ) throws(Refusal) -> [ResampledCandle] {
        var resampler = try CandleResampler(from: base, to: interval)
        var made: [ResampledCandle] = []
        for candle in candles { made += try resampler.add(candle) }
        return made + (resampler.forming.map { [$0] } ?? [])
    }
}

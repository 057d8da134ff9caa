import API
import Bus
import Domain
import Market
import MarketHistory

/// What the HTTP interface says of what is kept of the markets.
struct HistoryDoors: Sendable {
    let station: Station

    private var records: MarketRecords { station.records }
    private var settings: MarketConfig { station.settings.current.configuration.market }

    var routes: HistoryRoutes {
        HistoryRoutes(
            HistoryRoutes.Doors(
                prices: { (pair, range, limit) async throws(APIError) in try await prices(of: pair, range, limit) },
                candles: { (pair, interval, range, limit) async throws(APIError) in
                    try await candles(of: pair, interval, range, limit)
                },
                defi: { (slug, range, limit) async throws(APIError) in try await defi(slug, range, limit) },
                chart: { (days) async throws(APIError) in try await chart(days) }
            ),
            now: station.now
        )
    }

    /// Asks history, and says what its failures mean to somebody outside.
    private func asking<Value>(_ body: () async throws(HistoryError) -> Value) async throws(APIError) -> Value {
        do throws(HistoryError) {
            return try await body()
        } catch {
            switch error {
            case .badInput(let field, let problem): throw APIError(faults: [InputFault(field: field, message: problem)])
            case .store(let failure): throw APIError(failure)
            case .archive: throw APIError(.internalError, "The archive failed.")
            }
        }
    }

    // MARK: Prices

    private func prices(
        of pair: TradingPair,
        _ range: Range<Timestamp>,
        _ limit: Int
    ) async throws(APIError) -> PriceHistoryAnswer {
        let page = try await asking { () throws(HistoryError) in
            try await records.prices.prices(of: pair, in: range, limit: limit)
        }
        let thinned = station.now().advanced(by: .seconds(-86_400 * settings.history.thinPricesDays))
        let times = page.rows.map(\.observation.asOf)
        return PriceHistoryAnswer(
            pair: pair,
            range: range,
            prices: page.rows.map {
                PriceHistoryAnswer.Entry(
                    asOf: $0.observation.asOf,
                    price: $0.observation.price,
                    source: $0.observation.source
                )
            },
            // Of one step missing nobody need be told: a price may come at the beginning of one and the end of the next.
            gaps: TimeGap.gaps(in: range, times, isWhole: page.rest == nil) { time in
                time < thinned ? .seconds(2 * 3600) : .seconds(600)
            },
            next: page.rest?.lowerBound
        )
    }

    // MARK: Candles

    /// So many openings are looked at for gaps: each page of a series without many has all of its own.
    private static let openingsMax = 200_000

    private func candles(
        of pair: TradingPair,
        _ interval: CandleInterval,
        _ range: Range<Timestamp>,
        _ limit: Int
    ) async throws(APIError) -> CandleHistoryAnswer {
        let preferred = settings.providers.map(\.rawValue)
        let page = try await asking { () throws(HistoryError) in
            try await records.candles.candles(of: pair, interval, in: range, preferring: preferred, limit: limit)
        }
        let first = page.rows.first?.candle.openTime ?? range.lowerBound
        let end = page.rest?.lowerBound ?? range.upperBound
        // What lies before all that there is matters to whoever asked for some days, not to whoever asked for all.
        let start = interval.openings(in: range.lowerBound..<end) <= Self.openingsMax ? range.lowerBound : first
        let through = min(end, start.advanced(by: interval.duration * Self.openingsMax))
        let holes = try await asking { () throws(HistoryError) in
            try await records.candles.holes(of: pair, interval, in: start..<max(start, through), limit: 1000)
        }
        return CandleHistoryAnswer(
            pair: pair,
            interval: interval,
            range: range,
            candles: page.rows.map {
                CandleHistoryAnswer.Entry($0.candle, source: $0.source, isSuspect: $0.stored.isSuspect)
            },
            gaps: holes.holes.map {
                MissingCandles(
                    from: $0.gap.from,
                    to: $0.gap.to,
                    missing: $0.gap.missing,
                    wasAsked: $0.wasAsked
                )
            },
            gapsThrough: holes.rest?.lowerBound ?? max(start, through),
            next: page.rest?.lowerBound
        )
    }

    // MARK: DeFi

    private static let defiSource = "defillama"

    private func defi(
        _ slug: String,
        _ range: Range<Timestamp>,
        _ limit: Int
    ) async throws(APIError) -> DefiHistoryAnswer? {
        let page = try await asking { () throws(HistoryError) in
            try await records.defi.history(of: slug, on: DefiRepository.wholeChain, in: range, limit: limit)
        }
        if page.rows.isEmpty {
            let chains = try await asking { () throws(HistoryError) in try await records.defi.chains(of: slug) }
            if chains.isEmpty { return nil }
        }
        return DefiHistoryAnswer(
            slug: slug,
            name: page.rows.last?.value.name ?? slug,
            source: Self.defiSource,
            range: range,
            points: page.rows.map { DefiHistoryAnswer.Entry(asOf: $0.asOf, tvl: $0.value.tvl) },
            gaps: TimeGap.gaps(in: range, page.rows.map(\.asOf), isWhole: page.rest == nil) { _ in .seconds(2 * 3600) },
            next: page.rest?.lowerBound
        )
    }

    private func chart(_ count: Int) async throws(APIError) -> TVLChartAnswer {
        let days = try await asking { () throws(HistoryError) in try await records.defi.days(count) }
        return TVLChartAnswer(
            source: Self.defiSource,
            days: days.map { day in
                TVLChartAnswer.Day(
                    day: day.start,
                    tvl: day.sum?.tvl,
                    total: day.sum?.total,
                    protocols: day.sum?.count,
                    asOf: day.sum?.asOf
                )
            }
        )
    }
}

extension TimeGap {
    /// Where times lie further apart than they should.
    ///
    /// - Parameters:
    ///   - range: where they are expected.
    ///   - times: those that there are, the oldest first.
    ///   - isWhole: whether they are all of the range, so that what is missing at its end counts.
    ///   - step: how far apart they may be behind a moment.
    /// - Returns: the gaps, in order.
    static func gaps(
        in range: Range<Timestamp>,
        _ times: [Timestamp],
        isWhole: Bool,
        step: (Timestamp) -> Duration
    ) -> [TimeGap] {
        let marks = [range.lowerBound] + times + (isWhole ? [range.upperBound] : [])
        return zip(marks, marks.dropFirst()).filter { $0.duration(to: $1) > step($0) }.map {
            TimeGap(from: $0, to: $1)
        }
    }
}

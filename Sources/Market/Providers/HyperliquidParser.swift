import Bus
import Domain
import HTTPClient

/// Reads Hyperliquid's answers: perpetual futures, counted in US dollars, numbers as texts.
enum HyperliquidParser {
    /// Reads `allMids`, which is keyed by coin.
    ///
    /// The price lies between the best bid and the best offer. No time is told, so the time of asking stands for it.
    static func quotes(_ response: HTTPResponse, for query: QuoteQuery) throws(ProviderError) -> [Quote] {
        try AnswerCheck.requireData(response, at: query.now)
        let prices = try AnswerCheck.decode([String: NumberText].self, from: response.body)
        var found: [Quote] = []
        for pair in query.pairs {
            guard pair.quote == "USD", let price = prices[pair.base] else {
                throw ProviderError(.unknownMarket, "nothing about \(pair)")
            }
            guard price.value > .zero else { throw ProviderError(.malformed, "\(pair) without a price") }
            found.append(Quote(pair: pair, symbol: symbol(pair), price: price.price, asOf: query.now))
        }
        return found
    }

    /// `candleSnapshot`: oldest first, the last one usually still forming, the end of each included in it.
    static func candles(_ response: HTTPResponse, for query: CandleQuery) throws(ProviderError) -> CandleSeries {
        try AnswerCheck.requireData(response, at: query.now)
        let rows = try AnswerCheck.decode([Row].self, from: response.body)
        var builder = SeriesBuilder(query)
        for row in rows {
            guard row.coin == query.pair.base, row.interval == query.interval.rawValue else {
                throw ProviderError(.malformed, "another market than \(query.pair.base) \(query.interval.rawValue)")
            }
            guard let start = row.opensAt.time, let last = row.endsAt.time,
                last == start.advanced(by: query.interval.duration - .milliseconds(1))
            else { throw ProviderError(.malformed, "a row from \(row.opensAt.value) to \(row.endsAt.value)") }
            try builder.append(time: start, row.figures, open: 0, high: 1, low: 2, close: 3, volume: 4)
        }
        return builder.series(symbol: symbol(query.pair))
    }

    /// `metaAndAssetCtxs`: two lists, of which the places belong together.
    static func perpetuals(_ response: HTTPResponse, for query: ListQuery) throws(ProviderError) -> PerpetualMarkets {
        try AnswerCheck.requireData(response, at: query.now)
        let answer = try AnswerCheck.decode(MetaAndContexts.self, from: response.body)
        let names = answer.meta.universe
        guard names.count == answer.contexts.count else {
            throw ProviderError(.malformed, "\(names.count) names for \(answer.contexts.count) rows")
        }
        var markets: [PerpetualMarket] = []
        var leftOut = 0
        for (name, context) in zip(names, answer.contexts) {
            guard let market = context.row?.market(of: name.name) else {
                leftOut += 1
                continue
            }
            // Delisted markets go on being told.
            if name.isDelisted != true { markets.append(market) }
        }
        if markets.isEmpty { throw ProviderError(.malformed, "no sound row among \(names.count)") }
        markets.sort { ($0.volume24h ?? .zero, $1.coin) > ($1.volume24h ?? .zero, $0.coin) }
        return PerpetualMarkets(markets: Array(markets.prefix(query.count)), leftOut: leftOut, asOf: query.now)
    }

    /// A perpetual future is not the coin; its name says so.
    private static func symbol(_ pair: TradingPair) -> String { "\(pair.base)-PERP" }

    // MARK: Shapes, under the provider's own names

    private struct Row: Decodable {
        let opensAt: NumberText
        /// The last millisecond.
        let endsAt: NumberText
        let coin: String
        let interval: String
        let open: NumberText
        let high: NumberText
        let low: NumberText
        let close: NumberText
        let volume: NumberText

        private enum CodingKeys: String, CodingKey {
            case opensAt = "t"
            case endsAt = "T"
            case coin = "s"
            case interval = "i"
            case open = "o"
            case high = "h"
            case low = "l"
            case close = "c"
            case volume = "v"
        }

        var figures: NumberRow { NumberRow([open, high, low, close, volume].map(\.value)) }
    }

    private struct MetaAndContexts: Decodable {
        let meta: Meta
        let contexts: [TolerantRow<Context>]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            meta = try container.decode(Meta.self)
            contexts = try container.decode([TolerantRow<Context>].self)
        }
    }

    private struct Meta: Decodable {
        struct Name: Decodable {
            let name: String
            let isDelisted: Bool?
        }

        let universe: [Name]
    }

    private struct Context: Decodable {
        let funding: NumberText?
        let openInterest: NumberText?
        let prevDayPx: NumberText?
        let dayNtlVlm: NumberText?
        let oraclePx: NumberText?
        let markPx: NumberText
        let midPx: NumberText?

        /// - Returns: `nil` when the figures make no sense.
        func market(of coin: String) -> PerpetualMarket? {
            guard !coin.isEmpty, coin.utf8.count <= 100, markPx.value > .zero,
                openInterest?.value.isNegative != true, dayNtlVlm?.value.isNegative != true
            else { return nil }
            return PerpetualMarket(
                coin: coin,
                markPrice: markPx.price,
                midPrice: midPx?.price,
                oraclePrice: oraclePx?.price,
                previousDayPrice: prevDayPx?.price,
                fundingRate: funding?.value,
                openInterest: openInterest?.value,
                volume24h: dayNtlVlm?.value
            )
        }
    }
}

import Bus
import Domain
import HTTPClient

/// Reads CoinCap's answers, whose numbers are all texts, with more digits than anybody measures.
enum CoinCapParser {
    /// `assets` of several ids, in an order of its own; one time stands for all.
    static func quotes(
        _ response: HTTPResponse,
        for query: QuoteQuery,
        ids: CoinIDs
    ) throws(ProviderError) -> [Quote] {
        try AnswerCheck.requireData(response, at: query.now)
        let answer = try AnswerCheck.decode(Assets.self, from: response.body)
        var found: [Quote] = []
        for pair in query.pairs {
            guard let id = ids[pair.base] else { throw ProviderError(.unknownMarket, "no id of \(pair.base)") }
            guard let row = answer.data.compactMap(\.row).first(where: { $0.id == id }) else {
                throw ProviderError(.unknownMarket, "nothing about \(id)")
            }
            guard let price = row.priceUsd, price.value > .zero else {
                throw ProviderError(.malformed, "\(pair) without a price")
            }
            var quote = Quote(
                pair: pair,
                symbol: "\(id)/USD",
                price: price.price,
                asOf: try answer.time(or: query.now)
            )
            quote.change24hPercent = row.changePercent24Hr?.value
            found.append(quote)
        }
        return found
    }

    /// Reads `assets`, largest market value first.
    ///
    /// It tells nothing about the market as a whole.
    static func overview(_ response: HTTPResponse, for query: ListQuery) throws(ProviderError) -> MarketOverview {
        try AnswerCheck.requireData(response, at: query.now)
        let answer = try AnswerCheck.decode(Assets.self, from: response.body)
        let asOf = try answer.time(or: query.now)
        var coins = TopCoins()
        for row in answer.data { coins.add(row.row?.coin(at: asOf)) }
        return try coins.overview(count: query.count, global: nil)
    }

    // MARK: Shapes, under the provider's own names

    private struct Assets: Decodable {
        let data: [TolerantRow<Asset>]
        let timestamp: NumberText?

        func time(or now: Timestamp) throws(ProviderError) -> Timestamp {
            guard let timestamp else { return now }
            guard let time = timestamp.time else {
                throw ProviderError(.malformed, "not a time: \(timestamp.value)")
            }
            return time
        }
    }

    private struct Asset: Decodable {
        let id: String
        let rank: NumberText?
        let symbol: String
        let name: String
        let marketCapUsd: NumberText?
        let volumeUsd24Hr: NumberText?
        let priceUsd: NumberText?
        let changePercent24Hr: NumberText?

        func coin(at time: Timestamp) -> TopCoin? {
            guard let priceUsd else { return nil }
            return TopCoin(
                rank: rank.flatMap { $0.value.scale == 0 ? Int(exactly: $0.value.significand) : nil },
                id: id,
                symbol: symbol.uppercased(),
                name: name,
                price: priceUsd.price,
                change24hPercent: changePercent24Hr?.value,
                marketCap: marketCapUsd?.value,
                volume24h: volumeUsd24Hr?.value,
                asOf: time
            )
        }
    }
}

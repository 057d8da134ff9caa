import Bus
import Domain
import HTTPClient

/// Reads CoinGecko's answers, whose numbers are JSON numbers down to 1e-11.
enum CoinGeckoParser {
    /// Reads `simple/price`, which is keyed by coin; coins that it does not know are silently absent.
    static func quotes(
        _ response: HTTPResponse,
        for query: QuoteQuery,
        ids: CoinIDs
    ) throws(ProviderError) -> [Quote] {
        try AnswerCheck.requireData(response, at: query.now)
        let rows = try AnswerCheck.decode([String: [String: NumberText?]].self, from: response.body)
        var found: [Quote] = []
        for pair in query.pairs {
            let currency = pair.quote.lowercased()
            guard let id = ids[pair.base], let row = rows[id], let price = row[currency] else {
                throw ProviderError(.unknownMarket, "nothing about \(pair)")
            }
            guard let price, price.value > .zero else { throw ProviderError(.malformed, "\(pair) without a price") }
            var quote = Quote(
                pair: pair,
                symbol: "\(id)/\(pair.quote)",
                price: price.price,
                asOf: try asOf(row, or: query.now)
            )
            quote.change24hPercent = (row["\(currency)_24h_change"] ?? nil)?.value
            found.append(quote)
        }
        return found
    }

    /// `coins/markets`: a list, largest market value first.
    static func coins(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) -> TopCoins {
        try AnswerCheck.requireData(response, at: now)
        var coins = TopCoins()
        for row in try AnswerCheck.decode([TolerantRow<Coin>].self, from: response.body) {
            coins.add(row.row?.coin(at: now))
        }
        try coins.requireSome()
        return coins
    }

    /// `global`: the market as a whole.
    static func global(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) -> GlobalMarket {
        try AnswerCheck.requireData(response, at: now)
        let data = try AnswerCheck.decode(Global.self, from: response.body).data
        var dominance: [String: ExactDecimal] = [:]
        for (symbol, share) in data.shares {
            // A share outside of the whole is none.
            guard let share = share?.value, share >= .zero, share <= ExactDecimal(100) else { continue }
            dominance[symbol.uppercased()] = share
        }
        return GlobalMarket(
            marketCap: data.marketCap?.usd?.value,
            volume24h: data.volume?.usd?.value,
            marketCapChange24hPercent: data.changePercent?.value,
            dominancePercent: dominance,
            coinCount: data.coinCount,
            asOf: data.updated?.time ?? now
        )
    }

    /// `search/trending`: the order of the list is the rank, and sums come dressed up for reading.
    static func trending(_ response: HTTPResponse, for query: ListQuery) throws(ProviderError) -> TrendingCoins {
        try AnswerCheck.requireData(response, at: query.now)
        let rows = try AnswerCheck.decode(Trending.self, from: response.body).coins
        var coins: [TrendingCoin] = []
        for (index, row) in rows.enumerated() {
            if let item = row.row?.item, item.isSound { coins.append(item.coin(place: index + 1)) }
        }
        if coins.isEmpty { throw ProviderError(.malformed, "no sound row among \(rows.count)") }
        return TrendingCoins(
            coins: Array(coins.prefix(query.count)),
            leftOut: rows.count - coins.count,
            asOf: query.now
        )
    }

    private static func asOf(_ row: [String: NumberText?], or now: Timestamp) throws(ProviderError) -> Timestamp {
        guard let number = row["last_updated_at"] ?? nil else { return now }
        guard let time = number.time else { throw ProviderError(.malformed, "not a time: \(number.value)") }
        return time
    }

    // MARK: Shapes, under the provider's own names

    private struct Coin: Decodable {
        let id: String
        let symbol: String
        let name: String
        let price: NumberText?
        let marketCap: NumberText?
        let rank: Int?
        let volume: NumberText?
        let high: NumberText?
        let low: NumberText?
        let changePercent: NumberText?
        let updated: Timestamp?

        private enum CodingKeys: String, CodingKey {
            case id, symbol, name
            case price = "current_price"
            case marketCap = "market_cap"
            case rank = "market_cap_rank"
            case volume = "total_volume"
            case high = "high_24h"
            case low = "low_24h"
            case changePercent = "price_change_percentage_24h"
            case updated = "last_updated"
        }

        /// - Returns: `nil` when there is no price, or the day's high lies below its low.
        func coin(at now: Timestamp) -> TopCoin? {
            guard let price else { return nil }
            if let high, let low, high.value < low.value { return nil }
            return TopCoin(
                rank: rank,
                id: id,
                symbol: symbol.uppercased(),
                name: name,
                price: price.price,
                change24hPercent: changePercent?.value,
                marketCap: marketCap?.value,
                volume24h: volume?.value,
                asOf: updated ?? now
            )
        }
    }

    private struct Global: Decodable {
        struct Figures: Decodable {
            let coinCount: Int?
            let marketCap: Dollars?
            let volume: Dollars?
            let shares: [String: NumberText?]
            let changePercent: NumberText?
            let updated: NumberText?

            private enum CodingKeys: String, CodingKey {
                case coinCount = "active_cryptocurrencies"
                case marketCap = "total_market_cap"
                case volume = "total_volume"
                case shares = "market_cap_percentage"
                case changePercent = "market_cap_change_percentage_24h_usd"
                case updated = "updated_at"
            }
        }

        struct Dollars: Decodable {
            let usd: NumberText?
        }

        let data: Figures
    }

    private struct Trending: Decodable {
        struct Row: Decodable {
            let item: Item
        }

        struct Item: Decodable {
            let id: String
            let symbol: String
            let name: String
            let rank: Int?
            let data: Figures?

            private enum CodingKeys: String, CodingKey {
                case id, symbol, name, data
                case rank = "market_cap_rank"
            }

            var isSound: Bool { !id.isEmpty && [id, symbol, name].allSatisfy { $0.utf8.count <= 100 } }

            func coin(place: Int) -> TrendingCoin {
                TrendingCoin(
                    place: place,
                    id: id,
                    symbol: symbol.uppercased(),
                    name: name,
                    marketCapRank: rank,
                    price: data?.price?.value.flatMap { $0 > .zero ? Price($0) : nil },
                    change24hPercent: (data?.changePercent?["usd"] ?? nil)?.value,
                    marketCap: data?.marketCap?.value,
                    volume24h: data?.volume?.value
                )
            }
        }

        struct Figures: Decodable {
            let price: MoneyText?
            let changePercent: [String: NumberText?]?
            let marketCap: MoneyText?
            let volume: MoneyText?

            private enum CodingKeys: String, CodingKey {
                case price
                case changePercent = "price_change_percentage_24h"
                case marketCap = "market_cap"
                case volume = "total_volume"
            }
        }

        let coins: [TolerantRow<Row>]
    }
}

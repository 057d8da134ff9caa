import Bus
import Domain
import HTTPClient

/// Reads CoinPaprika's answers.
enum CoinPaprikaParser {
    /// `tickers/{id}` of one coin.
    static func quote(
        _ response: HTTPResponse,
        pair: TradingPair,
        id: String,
        at now: Timestamp
    ) throws(ProviderError) -> Quote {
        try AnswerCheck.requireData(response, at: now)
        let row = try AnswerCheck.decode(Ticker.self, from: response.body)
        guard row.id == id else { throw ProviderError(.malformed, "another coin than \(id)") }
        guard let figures = row.quotes[pair.quote] else {
            throw ProviderError(.unknownMarket, "\(id) not in \(pair.quote)")
        }
        guard let price = figures.price, price.value > .zero else {
            throw ProviderError(.malformed, "\(pair) without a price")
        }
        var quote = Quote(
            pair: pair,
            symbol: "\(id)/\(pair.quote)",
            price: price.price,
            asOf: row.updated ?? now
        )
        quote.change24hPercent = figures.changePercent?.value
        return quote
    }

    /// `global`: the market as a whole.
    static func global(_ response: HTTPResponse, at now: Timestamp) throws(ProviderError) -> GlobalMarket {
        try AnswerCheck.requireData(response, at: now)
        let data = try AnswerCheck.decode(Global.self, from: response.body)
        return GlobalMarket(
            marketCap: data.marketCap.value,
            volume24h: data.volume?.value,
            marketCapChange24hPercent: data.changePercent?.value,
            dominancePercent: data.bitcoinShare.map { ["BTC": $0.value] } ?? [:],
            coinCount: data.coinCount,
            asOf: data.updated?.time ?? now
        )
    }

    /// Keeps the coins of the first ranks out of the list of all.
    struct Ranks: ListReader {
        let count: Int
        let now: Timestamp
        private var kept: [TopCoin] = []
        private var unsound = 0

        init(count: Int, now: Timestamp) {
            self.count = count
            self.now = now
        }

        mutating func read(_ element: [UInt8]) throws(ProviderError) {
            guard let row = try AnswerCheck.decode(TolerantRow<Ticker>.self, from: element).row else {
                unsound += 1
                return
            }
            // Coins that are no longer traded have the rank 0.
            guard let rank = row.rank, rank > 0, rank <= count else { return }
            guard let coin = row.coin(at: now), coin.isSound else {
                unsound += 1
                return
            }
            kept.append(coin)
        }

        /// - Throws: `malformed` when no row could be used.
        func overview(global: GlobalMarket) throws(ProviderError) -> MarketOverview {
            var coins = TopCoins(leftOut: unsound)
            for coin in kept.sorted(by: { ($0.rank ?? 0, $0.id) < ($1.rank ?? 0, $1.id) }) { coins.add(coin) }
            return try coins.overview(count: count, global: global)
        }
    }

    // MARK: Shapes, under the provider's own names

    private struct Ticker: Decodable {
        struct Figures: Decodable {
            let price: NumberText?
            let volume: NumberText?
            let marketCap: NumberText?
            let changePercent: NumberText?

            private enum CodingKeys: String, CodingKey {
                case price
                case volume = "volume_24h"
                case marketCap = "market_cap"
                case changePercent = "percent_change_24h"
            }
        }

        let id: String
        let name: String
        let symbol: String
        let rank: Int?
        let updated: Timestamp?
        let quotes: [String: Figures]

        private enum CodingKeys: String, CodingKey {
            case id, name, symbol, rank, quotes
            case updated = "last_updated"
        }

        func coin(at now: Timestamp) -> TopCoin? {
            guard let dollars = quotes["USD"], let price = dollars.price else { return nil }
            return TopCoin(
                rank: rank,
                id: id,
                symbol: symbol.uppercased(),
                name: name,
                price: price.price,
                change24hPercent: dollars.changePercent?.value,
                marketCap: dollars.marketCap?.value,
                volume24h: dollars.volume?.value,
                asOf: updated ?? now
            )
        }
    }

    private struct Global: Decodable {
        let marketCap: NumberText
        let volume: NumberText?
        let bitcoinShare: NumberText?
        let coinCount: Int?
        let changePercent: NumberText?
        let updated: NumberText?

        private enum CodingKeys: String, CodingKey {
            case marketCap = "market_cap_usd"
            case volume = "volume_24h_usd"
            case bitcoinShare = "bitcoin_dominance_percentage"
            case coinCount = "cryptocurrencies_number"
            case changePercent = "market_cap_change_24h"
            case updated = "last_updated"
        }
    }
}

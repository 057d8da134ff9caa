package import Bus
package import Domain

/// What `/api/market` says: the largest coins, and the market as a whole; all money in US dollars.
package struct OverviewAnswer: Codable, Hashable, Sendable {
    package struct Coin: Codable, Hashable, Sendable {
        let rank: Int?
        /// The source's own id, which tells coins of one symbol apart.
        let id: String
        let symbol: String
        let name: String
        let price: Price
        /// In percent.
        let change24h: ExactDecimal?
        let marketCap: ExactDecimal?
        let volume24h: ExactDecimal?
        let asOf: Timestamp

        enum CodingKeys: String, CodingKey {
            case rank, id, symbol, name, price
            case change24h = "change_24h"
            case marketCap = "market_cap"
            case volume24h = "volume_24h"
            case asOf = "as_of"
        }

        package init(
            rank: Int?,
            id: String,
            symbol: String,
            name: String,
            price: Price,
            change24h: ExactDecimal?,
            marketCap: ExactDecimal?,
            volume24h: ExactDecimal?,
            asOf: Timestamp
        ) {
            self.rank = rank
            self.id = id
            self.symbol = symbol
            self.name = name
            self.price = price
            self.change24h = change24h
            self.marketCap = marketCap
            self.volume24h = volume24h
            self.asOf = asOf
        }
    }

    package struct Global: Codable, Hashable, Sendable {
        let marketCap: ExactDecimal?
        let volume24h: ExactDecimal?
        /// In percent.
        let marketCapChange24h: ExactDecimal?
        /// The share of single coins in the whole market value in percent, by symbol.
        let dominance: [String: ExactDecimal]
        let coinCount: Int?
        let asOf: Timestamp

        enum CodingKeys: String, CodingKey {
            case dominance
            case marketCap = "market_cap"
            case volume24h = "volume_24h"
            case marketCapChange24h = "market_cap_change_24h"
            case coinCount = "coin_count"
            case asOf = "as_of"
        }

        package init(
            marketCap: ExactDecimal?,
            volume24h: ExactDecimal?,
            marketCapChange24h: ExactDecimal?,
            dominance: [String: ExactDecimal],
            coinCount: Int?,
            asOf: Timestamp
        ) {
            self.marketCap = marketCap
            self.volume24h = volume24h
            self.marketCapChange24h = marketCapChange24h
            self.dominance = dominance
            self.coinCount = coinCount
            self.asOf = asOf
        }
    }

    /// Largest market value first.
    let coins: [Coin]
    /// Absent where the source tells nothing of the kind.
    let global: Global?

    package init(coins: [Coin], global: Global?) {
        self.coins = coins
        self.global = global
    }
}

/// What `/api/trending` says: the coins that people look for most; all money in US dollars.
package struct TrendingAnswer: Codable, Hashable, Sendable {
    package struct Coin: Codable, Hashable, Sendable {
        let place: Int
        /// The source's own id.
        let id: String
        let symbol: String
        let name: String
        let marketCapRank: Int?
        let price: Price?
        /// In percent.
        let change24h: ExactDecimal?

        enum CodingKeys: String, CodingKey {
            case place, id, symbol, name, price
            case marketCapRank = "market_cap_rank"
            case change24h = "change_24h"
        }

        package init(
            place: Int,
            id: String,
            symbol: String,
            name: String,
            marketCapRank: Int?,
            price: Price?,
            change24h: ExactDecimal?
        ) {
            self.place = place
            self.id = id
            self.symbol = symbol
            self.name = name
            self.marketCapRank = marketCapRank
            self.price = price
            self.change24h = change24h
        }
    }

    let coins: [Coin]

    package init(coins: [Coin]) { self.coins = coins }
}

/// What `/api/defi` says: the protocols that hold most; all money in US dollars.
package struct ProtocolsAnswer: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        let slug: String
        let name: String
        let category: String?
        let chains: [String]
        /// The value locked in it.
        let tvl: ExactDecimal
        /// In percent.
        let change1d: ExactDecimal?
        let change7d: ExactDecimal?
        let marketCap: ExactDecimal?

        enum CodingKeys: String, CodingKey {
            case slug, name, category, chains, tvl
            case change1d = "change_1d"
            case change7d = "change_7d"
            case marketCap = "market_cap"
        }

        package init(
            slug: String,
            name: String,
            category: String?,
            chains: [String],
            tvl: ExactDecimal,
            change1d: ExactDecimal?,
            change7d: ExactDecimal?,
            marketCap: ExactDecimal?
        ) {
            self.slug = slug
            self.name = name
            self.category = category
            self.chains = chains
            self.tvl = tvl
            self.change1d = change1d
            self.change7d = change7d
            self.marketCap = marketCap
        }
    }

    /// Largest value first.
    let protocols: [Entry]
    /// The kinds that are no protocols of decentralised finance, and so not ranked.
    let excludedCategories: [String]

    enum CodingKeys: String, CodingKey {
        case protocols
        case excludedCategories = "excluded_categories"
    }

    package init(protocols: [Entry], excludedCategories: [String]) {
        self.protocols = protocols
        self.excludedCategories = excludedCategories
    }
}

/// What the members of a pool of providers tell of.
///
/// The names are part of the interface, and of what is stored.
package enum PoolCategory: String, Codable, Hashable, Sendable, CaseIterable, SchemaChoice {
    /// Prices and candles.
    case exchange
    /// The largest coins, the market as a whole, and what people look for.
    case marketData = "market_data"
    /// What decentralised finance holds.
    case defi
    /// The mood of the market.
    case sentiment
    // So far nobody tells of these; a pool of them has no members.
    case explorers
    case nft
    case news
    case analytics
}

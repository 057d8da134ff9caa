/// Which assets are money, and which are memes: settings.
package struct OracleAssets: Hashable, Sendable {
    /// Asset ids that trades are paid in.
    package let quotes: Set<String>
    /// Asset ids of what counts as a meme.
    package let memes: Set<String>

    package static let usdc = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
    package static let usdt = "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"

    package static let quotesDefault: Set<String> = [AssetAmount.sol, usdc, usdt]
    package static let memeSymbolsDefault: Set<String> = ["SHIB", "DOGE", "PEPE", "BONK", "WIF"]
    /// Those of the memes that have one mint on Solana; bridged ones have several, and are named in the settings.
    package static let mintsDefault: [String: Set<String>] = [
        "BONK": ["DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263"],
        "WIF": ["EKpQGSJtjMFqKZ9KQanSqYXRcF8fBopzLHYxdM65zcjm"],
    ]

    /// - Parameters:
    ///   - quotes: asset ids that trades are paid in.
    ///   - memeSymbols: which symbols are memes, in any case.
    ///   - mints: by symbol, the mints that it has; a symbol without one matches only an asset of that id.
    package init(
        quotes: Set<String> = quotesDefault,
        memeSymbols: Set<String> = memeSymbolsDefault,
        mints: [String: Set<String>] = mintsDefault
    ) {
        self.quotes = Set(quotes.map { $0 == AssetAmount.wrappedSOL ? AssetAmount.sol : $0 })
        let symbols = Set(memeSymbols.map { $0.uppercased() })
        memes = mints.reduce(into: symbols) { memes, entry in
            if symbols.contains(entry.key.uppercased()) { memes.formUnion(entry.value) }
        }
    }
}

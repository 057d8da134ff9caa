/// By which id a provider knows which coin.
///
/// Symbols are ambiguous there, many coins share one, so nobody is asked by symbol: what is not on the list is not
/// asked for.
package struct CoinIDs: Hashable, Sendable {
    /// The day on which the list was written, as `YYYY-MM-DD`.
    package let writtenOn: String
    private let ids: [String: String]

    /// `nil` when one of the ids is not made of 1 to 100 small letters, digits and hyphens.
    ///
    /// - Parameters:
    ///   - writtenOn: the day, as `YYYY-MM-DD`.
    ///   - ids: the provider's id of each symbol.
    package init?(writtenOn: String, ids: [String: String]) {
        guard ids.values.allSatisfy(CoinIDs.isID) else { return nil }
        self.init(writtenOn: writtenOn, known: ids)
    }

    /// For ids that are known to be good.
    private init(writtenOn: String, known ids: [String: String]) {
        self.writtenOn = writtenOn
        self.ids = ids
    }

    /// The id of a symbol in capitals; `nil` when it is not on the list.
    package subscript(symbol: String) -> String? { ids[symbol] }

    package var count: Int { ids.count }

    /// Ids go into addresses as they are.
    private static func isID(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}

extension CoinIDs {
    /// CoinGecko's ids of the coins most asked for.
    package static let coinGecko = CoinIDs(
        writtenOn: "2026-11-26",
        known: [
            "AAVE": "aave", "ADA": "cardano", "APT": "aptos", "ARB": "arbitrum", "ATOM": "cosmos",
            "AVAX": "avalanche-2", "BCH": "bitcoin-cash", "BNB": "binancecoin", "BTC": "bitcoin", "DOGE": "dogecoin",
            "DOT": "polkadot", "ETC": "ethereum-classic", "ETH": "ethereum", "FIL": "filecoin",
            "HBAR": "hedera-hashgraph", "ICP": "internet-computer", "LINK": "chainlink", "LTC": "litecoin",
            "NEAR": "near", "OP": "optimism", "PEPE": "pepe", "SHIB": "shiba-inu", "SOL": "solana", "SUI": "sui",
            "TON": "the-open-network", "TRX": "tron", "UNI": "uniswap", "USDC": "usd-coin", "USDT": "tether",
            "XLM": "stellar", "XMR": "monero", "XRP": "ripple",
        ]
    )

    /// CoinPaprika's ids, which begin with the symbol.
    package static let coinPaprika = CoinIDs(
        writtenOn: "2026-11-26",
        known: [
            "ADA": "ada-cardano", "ATOM": "atom-cosmos", "AVAX": "avax-avalanche", "BCH": "bch-bitcoin-cash",
            "BNB": "bnb-binance-coin", "BTC": "btc-bitcoin", "DOGE": "doge-dogecoin", "DOT": "dot-polkadot",
            "ETC": "etc-ethereum-classic", "ETH": "eth-ethereum", "LINK": "link-chainlink", "LTC": "ltc-litecoin",
            "SOL": "sol-solana", "TRX": "trx-tron", "UNI": "uni-uniswap", "USDC": "usdc-usd-coin",
            "USDT": "usdt-tether", "XLM": "xlm-stellar", "XMR": "xmr-monero", "XRP": "xrp-xrp",
        ]
    )

    /// CoinCap's ids.
    package static let coinCap = CoinIDs(
        writtenOn: "2026-11-26",
        known: [
            "ADA": "cardano", "ATOM": "cosmos", "AVAX": "avalanche", "BCH": "bitcoin-cash", "BNB": "binance-coin",
            "BTC": "bitcoin", "DOGE": "dogecoin", "DOT": "polkadot", "ETC": "ethereum-classic", "ETH": "ethereum",
            "LINK": "chainlink", "LTC": "litecoin", "SOL": "solana", "TRX": "tron", "UNI": "uniswap",
            "USDC": "usd-coin", "USDT": "tether", "XLM": "stellar", "XMR": "monero", "XRP": "xrp",
        ]
    )
}

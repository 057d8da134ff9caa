/// Which words of a text stand for which coin: configuration, with defaults.
package struct MentionTable: Codable, Hashable, Sendable {
    /// One coin.
    package struct Entry: Codable, Hashable, Sendable {
        /// Its code in capitals, such as `BTC`.
        package var symbol: String
        /// Names that mean it and nothing else, in lower case, of one word or more.
        package var names: [String]
        /// Names that mean it only before the code in parentheses, as in `Harmony (ONE)`.
        package var namesBeforeCode: [String]
        /// Whether the code is a word or a name too, and counts only behind `$` or in parentheses after a name.
        package var isAmbiguous: Bool

        package init(
            _ symbol: String,
            _ names: [String] = [],
            beforeCode namesBeforeCode: [String] = [],
            isAmbiguous: Bool = false
        ) {
            self.symbol = symbol
            self.names = names
            self.namesBeforeCode = namesBeforeCode
            self.isAmbiguous = isAmbiguous
        }
    }

    package static let entriesMax = 2_000
    /// Words of a name.
    package static let wordsMax = 4

    package var entries: [Entry]

    package init(entries: [Entry] = MentionTable.defaults) { self.entries = entries }

    /// Every mistake, with its key.
    package func problems() -> [(key: String, text: String)] {
        var found: [(key: String, text: String)] = []
        if entries.count > MentionTable.entriesMax {
            found.append(("entries", "must be at most \(MentionTable.entriesMax)"))
        }
        var (symbols, names) = (Set<String>(), Set<String>())
        for (index, entry) in entries.enumerated() {
            let isCode = (1...12).contains(entry.symbol.utf8.count) && entry.symbol.utf8.allSatisfy(\.isCodeByte)
            if !isCode { found.append(("entries[\(index)].symbol", "must be 1 to 12 of A-Z and 0-9")) }
            if !symbols.insert(entry.symbol).inserted {
                found.append(("entries[\(index)].symbol", "\(entry.symbol) stands there twice"))
            }
            for name in entry.names + entry.namesBeforeCode {
                let words = MentionText.words(name)
                if words.isEmpty || words.count > MentionTable.wordsMax || name != name.lowercased() {
                    found.append(
                        ("entries[\(index)].names", "must be 1 to \(MentionTable.wordsMax) words in lower case")
                    )
                }
            }
            for name in entry.names where !names.insert(name).inserted {
                found.append(("entries[\(index)].names", "\"\(name)\" stands there twice"))
            }
        }
        return found
    }

    package static let defaults: [Entry] = [
        Entry("BTC", ["bitcoin", "bitcoins"]),
        Entry("ETH", ["ethereum", "ether"]),
        Entry("USDT", beforeCode: ["tether"]),
        Entry("XRP", beforeCode: ["ripple"]),
        Entry("BNB", ["binance coin"], beforeCode: ["binance"]),
        Entry("SOL", ["solana"], isAmbiguous: true),
        Entry("USDC", ["usd coin"], beforeCode: ["circle"]),
        Entry("DOGE", ["dogecoin"], isAmbiguous: true),
        Entry("ADA", ["cardano"], isAmbiguous: true),
        Entry("TRX", beforeCode: ["tron"]),
        Entry("AVAX", beforeCode: ["avalanche"]),
        Entry("LINK", ["chainlink"], isAmbiguous: true),
        Entry("TON", ["toncoin"], beforeCode: ["the open network"], isAmbiguous: true),
        Entry("SHIB", ["shiba inu"]),
        Entry("DOT", ["polkadot"], isAmbiguous: true),
        Entry("BCH", ["bitcoin cash"]),
        Entry("BSV", ["bitcoin sv"]),
        Entry("LTC", ["litecoin"]),
        Entry("ETC", ["ethereum classic"], isAmbiguous: true),
        Entry("NEAR", ["near protocol"], beforeCode: ["near"], isAmbiguous: true),
        Entry("UNI", ["uniswap"], isAmbiguous: true),
        Entry("ICP", ["internet computer"], isAmbiguous: true),
        Entry("APT", beforeCode: ["aptos"], isAmbiguous: true),
        Entry("SUI", beforeCode: ["sui", "sui network"], isAmbiguous: true),
        Entry("POL", beforeCode: ["polygon"], isAmbiguous: true),
        Entry("MATIC", beforeCode: ["polygon"]),
        Entry("XLM", beforeCode: ["stellar", "stellar lumens"]),
        Entry("ATOM", beforeCode: ["cosmos"], isAmbiguous: true),
        Entry("XMR", ["monero"]),
        Entry("HBAR", ["hedera"]),
        Entry("FIL", ["filecoin"], isAmbiguous: true),
        Entry("ARB", beforeCode: ["arbitrum"], isAmbiguous: true),
        Entry("OP", beforeCode: ["optimism"], isAmbiguous: true),
        Entry("MKR", beforeCode: ["maker", "makerdao"]),
        Entry("DAI", isAmbiguous: true),
        Entry("AAVE", ["aave"]),
        Entry("ALGO", ["algorand"], isAmbiguous: true),
        Entry("XTZ", ["tezos"]),
        Entry("GRT", beforeCode: ["the graph"]),
        Entry("INJ", beforeCode: ["injective"]),
        Entry("RUNE", ["thorchain"], isAmbiguous: true),
        Entry("PEPE", ["pepecoin"], beforeCode: ["pepe"], isAmbiguous: true),
        Entry("HYPE", ["hyperliquid"], isAmbiguous: true),
        Entry("ENA", beforeCode: ["ethena"], isAmbiguous: true),
        Entry("JUP", beforeCode: ["jupiter"], isAmbiguous: true),
        Entry("PAXG", ["pax gold"]),
        Entry("ZEC", ["zcash"]),
        Entry("ONE", beforeCode: ["harmony", "harmony one"], isAmbiguous: true),
        Entry("GAS", beforeCode: ["neo gas"], isAmbiguous: true),
        Entry("SAND", beforeCode: ["the sandbox"], isAmbiguous: true),
    ]
}

extension UInt8 {
    fileprivate var isCodeByte: Bool { isASCIIDigit || (0x41...0x5A).contains(self) }
}

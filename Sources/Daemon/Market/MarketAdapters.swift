import HTTPClient
import Market

extension MarketConfig.Provider {
    /// What asks such a provider.
    ///
    /// - Parameters:
    ///   - name: what stands as the source of what it tells.
    ///   - base: scheme and host.
    ///   - keys: ours.
    ///   - transport: the way to the network.
    /// - Returns: the adapter.
    func adapter(
        called name: String,
        at base: String,
        keys: MarketKeys,
        over transport: any HTTPTransport
    ) -> any DataProvider {
        switch self {
        case .binance: BinanceProvider(name: name, transport: transport, base: base)
        case .kraken: KrakenProvider(name: name, transport: transport, base: base)
        case .coinbase: CoinbaseProvider(name: name, transport: transport, base: base)
        case .bybit: BybitProvider(name: name, transport: transport, base: base)
        case .hyperliquid: HyperliquidProvider(name: name, transport: transport, base: base)
        case .coingecko:
            CoinGeckoProvider(name: name, transport: transport, access: CoinGeckoAccess(keys), base: base)
        case .coinpaprika:
            CoinPaprikaProvider(
                name: name,
                transport: transport,
                key: keys.coinPaprika?.reveal { $0 },
                base: base
            )
        case .coincap:
            CoinCapProvider(name: name, transport: transport, key: keys.coinCap?.reveal { $0 }, base: base)
        case .defillama: DefiLlamaProvider(name: name, transport: transport, base: base)
        case .alternative: AlternativeProvider(name: name, transport: transport, base: base)
        }
    }
}

extension CoinGeckoAccess {
    fileprivate init(_ keys: MarketKeys) {
        self =
            if let pro = keys.coinGeckoPro {
                .pro(key: pro.reveal { $0 })
            } else if let demo = keys.coinGeckoDemo {
                .demo(key: demo.reveal { $0 })
            } else {
                .keyless
            }
    }
}

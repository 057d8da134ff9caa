import Telemetry

/// Our keys at those who tell of the market; hidden from every log from now on.
struct MarketKeys: Sendable {
    let coinCap: Secret?
    let coinGeckoDemo: Secret?
    let coinGeckoPro: Secret?
    let coinPaprika: Secret?

    /// For addresses that are trusted with none.
    static let none = MarketKeys()

    private init() { (coinCap, coinGeckoDemo, coinGeckoPro, coinPaprika) = (nil, nil, nil, nil) }

    /// Blocks as long as reading small files takes.
    init(_ loaded: LoadedConfig, environment: [String: String], redactor: Redactor) throws(CredentialError) {
        let credentials = CredentialStore(layout: loaded.layout, environment: environment)
        func key(_ credential: Credential) throws(CredentialError) -> Secret? {
            let key = try credentials.resolve(credential)
            key?.reveal { _ = redactor.register(secret: $0) }
            return key
        }
        let keys = loaded.configuration.market.keys
        coinCap = try key(keys.coincap)
        coinGeckoDemo = try key(keys.coingecko)
        coinGeckoPro = try key(keys.coingeckoPro)
        coinPaprika = try key(keys.coinpaprika)
    }
}

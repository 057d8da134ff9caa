import HTTPClient

extension HTTPClientConfig {
    /// The limits of outgoing requests, with the market's and the models' own hosts among those that may be asked.
    init(_ configuration: Configuration) {
        let settings = configuration.client
        self.init()
        let market = configuration.market
        allowedHosts =
            settings.allowedHosts
            + MarketConfig.Provider.allCases.compactMap { HTTPClientConfig.allowedHost(for: market.address(of: $0)) }
            + configuration.llm.providers.values.compactMap { HTTPClientConfig.allowedHost(for: $0.base) }
        connectSeconds = settings.connectSeconds
        firstByteSeconds = settings.firstByteSeconds
        idleSeconds = settings.idleSeconds
        totalSeconds = settings.totalSeconds
        bodyBytesMax = settings.bodyBytesMax
        proxy = settings.proxy
        caBundle = settings.caFile
    }
}

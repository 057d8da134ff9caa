import HTTPClient
import WebSocket

extension HTTPClientConfig {
    /// The limits of outgoing requests, with the market's and the models' own hosts among those that may be asked.
    init(_ configuration: Configuration) {
        let settings = configuration.client
        self.init()
        let endpoints = configuration.market.endpoints
        allowedHosts =
            settings.allowedHosts
            + MarketConfig.Provider.allCases.compactMap { HTTPClientConfig.allowedHost(for: endpoints[$0]) }
            + configuration.market.streams.endpoints.all.compactMap { WebSocketURL($0.address)?.allowedHost }
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

import HTTPClient
import News
import WebSocketClient

extension HTTPClientConfig {
    /// The limits of outgoing requests, with all hosts that the other sections name among those that may be asked.
    init(_ configuration: Configuration) {
        let settings = configuration.client
        self.init()
        let market = configuration.market
        allowedHosts =
            settings.allowedHosts
            + MarketConfig.Provider.allCases.compactMap { HTTPClientConfig.allowedHost(for: market.address(of: $0)) }
            + configuration.market.streams.endpoints.all.compactMap { WebSocketURL($0.address)?.allowedHost }
            + configuration.llm.providers.values.compactMap { HTTPClientConfig.allowedHost(for: $0.base) }
            + configuration.news.followed.compactMap { HTTPClientConfig.allowedHost(for: $0.url) }
            + configuration.oracle.bases.compactMap { HTTPClientConfig.allowedHost(for: $0) }
            + configuration.chains.bases.compactMap { HTTPClientConfig.allowedHost(for: $0) }
            + configuration.sentiment.bases.compactMap { HTTPClientConfig.allowedHost(for: $0) }
            + configuration.onair.bases.compactMap { HTTPClientConfig.allowedHost(for: $0) }
        connectSeconds = settings.connectSeconds
        firstByteSeconds = settings.firstByteSeconds
        idleSeconds = settings.idleSeconds
        totalSeconds = settings.totalSeconds
        bodyBytesMax = settings.bodyBytesMax
        proxy = settings.proxy
        caBundle = settings.caFile
    }
}

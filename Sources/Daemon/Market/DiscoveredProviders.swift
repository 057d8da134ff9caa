import Domain
import HTTPClient
import Market
import Telemetry

/// An address that was accepted as a provider.
struct DiscoveredSource: Hashable, Sendable {
    /// Such as `binance-2`.
    let id: String
    let kind: MarketConfig.Provider
    let address: CandidateAddress
}

/// The providers that were accepted, and their own way to the network.
///
/// None of our keys goes there, and nothing that is not a public address is reached.
struct DiscoveredProviders: Sendable {
    let sources: [DiscoveredSource]
    let providers: [any DataProvider]
    /// `nil` where there is nobody to ask.
    private let transport: CurlTransport?

    static let none = DiscoveredProviders()

    private init() { (sources, providers, transport) = ([], [], nil) }

    /// - Parameters:
    ///   - sources: whom to ask.
    ///   - configuration: what all requests are held to.
    ///   - metrics: counts requests.
    ///   - calls: how they answer is noted there.
    /// - Throws: `HTTPClientError` when requests cannot be made with these settings.
    init(
        _ sources: [DiscoveredSource],
        _ configuration: Configuration,
        metrics: MetricsRegistry,
        calls: CallLedger
    ) throws(HTTPClientError) {
        self.sources = sources
        guard !sources.isEmpty else {
            (providers, transport) = ([], nil)
            return
        }
        let http = try CurlTransport(config: HTTPClientConfig(configuration, asking: sources.map(\.address)))
        transport = http
        providers = sources.map { source in
            source.kind.adapter(
                called: source.id,
                at: source.address.text,
                keys: .none,
                over: RecordedTransport(
                    CandidateTransport(MeteredTransport(http, metrics), source.address),
                    provider: source.id,
                    category: source.kind.categories[0].rawValue,
                    ledger: calls
                )
            )
        }
    }

    func shutdown() async { await transport?.shutdown() }
}

/// A transport that reaches what a candidate may reach, whatever its name leads to.
struct CandidateTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let trust: HTTPRequest.Trust

    init(_ transport: any HTTPTransport, _ address: CandidateAddress) {
        self.transport = transport
        trust = address.trust
    }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        try await transport.send(held(request))
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        try await transport.stream(held(request))
    }

    private func held(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        request.trust = trust
        return request
    }
}

extension HTTPClientConfig {
    /// The limits of requests to addresses that nobody has configured as a provider's.
    init(_ configuration: Configuration, asking addresses: [CandidateAddress]) {
        self.init(configuration)
        allowedHosts = addresses.filter(\.isLoopback).compactMap { HTTPClientConfig.allowedHost(for: $0.text) }
        // Through a proxy nobody sees which address is reached, so nothing is asked.
        fetchUserLinks = proxy.isEmpty
        // A handful of hosts that are asked for little.
        (requestsMax, requestsPerHostMax, waitingMax) = (16, 4, 64)
    }
}

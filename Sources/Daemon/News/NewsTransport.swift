import HTTPClient
import Telemetry
import Threading

/// The line to feeds, to services that classify, and to whoever tells the index: one client for all of them, which a
/// reload replaces.
final class NewsTransport: HTTPTransport {
    private let current: Mutex<CurlTransport>
    private let metrics: MetricsRegistry

    /// - Throws: `HTTPClientError` when requests cannot be made with these limits.
    init(_ configuration: Configuration, metrics: MetricsRegistry) throws(HTTPClientError) {
        current = Mutex(try CurlTransport(config: HTTPClientConfig(configuration)))
        self.metrics = metrics
    }

    /// Other hosts and limits, from the next request on; those under way are given up.
    ///
    /// - Throws: `HTTPClientError` when requests cannot be made with the new limits.
    func replace(with configuration: Configuration) async throws {
        let next = try CurlTransport(config: HTTPClientConfig(configuration))
        let old = current.withLock { current in
            defer { current = next }
            return current
        }
        await old.shutdown()
    }

    func close() async { await current.withLock { $0 }.shutdown() }

    private var metered: MeteredTransport { MeteredTransport(current.withLock { $0 }, metrics) }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        try await metered.send(request)
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        try await metered.stream(request)
    }
}

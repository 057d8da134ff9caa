import HTTPClient
import Telemetry

/// A transport that counts: how many requests, how long they took, what came back, by host.
struct MeteredTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let metrics: MetricsRegistry

    init(_ transport: any HTTPTransport, _ metrics: MetricsRegistry) {
        self.transport = transport
        self.metrics = metrics
    }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let start = ContinuousClock.now
        let host = HTTPClientConfig.allowedHost(for: request.url) ?? "none"
        do throws(HTTPClientError) {
            let response = try await transport.send(request)
            note(host, "\(response.status / 100)xx", since: start)
            metrics.counter(.httpClientReceivedBytes, host).increment(by: response.body.count)
            return response
        } catch {
            fail(host, error, since: start)
            throw error
        }
    }

    /// Counts up to the head of the answer; the body is the reader's business.
    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let start = ContinuousClock.now
        let host = HTTPClientConfig.allowedHost(for: request.url) ?? "none"
        do throws(HTTPClientError) {
            let response = try await transport.stream(request)
            note(host, "\(response.status / 100)xx", since: start)
            return response
        } catch {
            fail(host, error, since: start)
            throw error
        }
    }

    private func note(_ host: String, _ outcome: String, since start: ContinuousClock.Instant) {
        metrics.counter(.httpClientRequests, host, outcome).increment()
        metrics.histogram(.httpClientRequestSeconds, host).observe(start.duration(to: .now))
    }

    private func fail(_ host: String, _ error: HTTPClientError, since start: ContinuousClock.Instant) {
        note(host, error.code.rawValue, since: start)
        if !error.requestWasSent { metrics.counter(.httpClientRefusedRequests, error.code.rawValue).increment() }
    }
}

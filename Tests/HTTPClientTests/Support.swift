import HTTPClient
import TestKit
import Testing
import Threading

/// A transport that may ask the given servers, changed as the test needs.
func makeTransport(
    _ servers: LoopbackHTTPServer...,
    change: (inout HTTPClientConfig) -> Void = { _ in }
) throws -> CurlTransport {
    var config = HTTPClientConfig()
    config.allowedHosts = servers.map(\.authority)
    config.connectSeconds = 5
    config.firstByteSeconds = 20
    config.idleSeconds = 20
    config.totalSeconds = 40
    change(&config)
    return try CurlTransport(config: config)
}

extension HTTPTransport {
    /// The error that a request ends with; `nil` when it gets an answer.
    func failure(_ request: HTTPRequest) async -> HTTPClientError? {
        do {
            _ = try await send(request)
            return nil
        } catch {
            return error
        }
    }
}

extension Double {
    /// Seconds since an instant.
    static func seconds(since start: ContinuousClock.Instant) -> Double {
        start.duration(to: .now) / .seconds(1)
    }
}

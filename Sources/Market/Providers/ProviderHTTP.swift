import Bus
import HTTPClient

/// One provider's way to the network: its address, and what its answers have in common.
struct ProviderHTTP: Sendable {
    let transport: any HTTPTransport
    /// Scheme and host, without a slash at the end.
    let base: String

    init(transport: any HTTPTransport, base: String) {
        self.transport = transport
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    }

    /// The largest answer believed: a thousand candles are 200 KB.
    static let bodyBytesMax = 4 * 1024 * 1024

    /// - Parameters:
    ///   - path: the path with its query, escaped.
    ///   - limit: how long it may take in all.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `ProviderError` when there is no complete answer.
    func get(_ path: String, limit: Duration) async throws(ProviderError) -> HTTPResponse {
        let seconds = max(0.1, limit / .seconds(1))
        var limits = HTTPLimits()
        limits.connectSeconds = min(seconds, 10)
        limits.firstByteSeconds = seconds
        limits.idleSeconds = seconds
        limits.totalSeconds = seconds
        limits.bodyBytesMax = ProviderHTTP.bodyBytesMax
        let request = HTTPRequest(.get, base + path, headers: ["Accept": "application/json"], limits: limits)
        do {
            return try await transport.send(request)
        } catch {
            throw ProviderError(ProviderHTTP.code(error.code), error.debugDescription)
        }
    }

    private static func code(_ code: HTTPClientError.Code) -> ProviderError.Code {
        switch code {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
        case .hostRefused, .addressRefused, .invalidRequest: .notAllowed
        case .bodyTooLarge, .headersTooLarge, .malformedResponse, .redirectRefused: .malformed
        case .cancelled, .closed: .cancelled
        default: .unreachable
        }
    }
}

import Bus
import HTTPClient

/// How services are asked, and what their refusals mean.
struct HostedService: Sendable {
    /// What errors call it.
    let name: String
    /// Its address, without a slash at the end.
    let base: String
    let transport: any HTTPTransport
    let now: @Sendable () -> Timestamp

    /// A minute of speech as text, with room.
    private static let answerBytesMax = 32 * 1024 * 1024

    init(name: String, base: String, transport: any HTTPTransport, now: @escaping @Sendable () -> Timestamp) {
        self.name = name
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.transport = transport
        self.now = now
    }

    /// Posts JSON.
    ///
    /// - Parameters:
    ///   - path: below the base.
    ///   - headers: with what proves that we may ask.
    ///   - body: JSON.
    ///   - patience: how long all of it may take.
    /// - Returns: an answer with a good status.
    /// - Throws: `SpeechError`; its text is our own, because theirs may be anything.
    func post(
        _ path: String,
        headers: HTTPHeaders,
        body: [UInt8],
        patience: Duration
    ) async throws(SpeechError) -> HTTPResponse {
        var limits = HTTPLimits()
        let seconds = max(0.001, patience / .seconds(1))
        limits.connectSeconds = min(limits.connectSeconds, seconds)
        limits.firstByteSeconds = min(limits.firstByteSeconds, seconds)
        limits.idleSeconds = min(limits.idleSeconds, seconds)
        limits.totalSeconds = min(seconds, 86_400)
        limits.bodyBytesMax = Self.answerBytesMax
        var headers = headers
        headers["Content-Type"] = "application/json"
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await transport.send(
                HTTPRequest(.post, base + path, headers: headers, body: body, limits: limits)
            )
        } catch {
            throw failure(error)
        }
        guard response.isSuccess else { throw refusal(response) }
        return response
    }

    private func failure(_ error: HTTPClientError) -> SpeechError {
        let code: SpeechError.Code =
            switch error.code {
            case .cancelled: .cancelled
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
            case .hostRefused: .unavailable
            case .bodyTooLarge: .badAnswer
            default: .failed
            }
        return SpeechError(code, "\(name): \(error.code.rawValue)")
    }

    private func refusal(_ response: HTTPResponse) -> SpeechError {
        let status = response.status
        switch status {
        case 401, 403: return SpeechError(.keyRefused, "\(name): the key is refused (\(status))")
        case 402: return SpeechError(.keyRefused, "\(name): there is no money left (402)")
        case 404: return SpeechError(.badSetting, "\(name): it knows no such voice or model (404)")
        case 400, 413, 415, 422: return SpeechError(.badSetting, "\(name): it does not take the request (\(status))")
        case 429:
            let wait = response.headers["retry-after"].flatMap { RetryAfter.duration($0, at: now()) }
            return SpeechError(.rateLimited, "\(name): it asks to slow down (429)", retryAfter: wait)
        default: return SpeechError(.failed, "\(name): status \(status)")
        }
    }

    /// Whether a name may be part of a path.
    static func isPathPart(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || (0x30...0x39).contains(byte))
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}

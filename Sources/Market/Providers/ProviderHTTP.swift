import Bus
import HTTPClient

/// One provider's way to the network: its address, and what its answers have in common.
struct ProviderHTTP: Sendable {
    let transport: any HTTPTransport
    /// Scheme and host, without a slash at the end.
    let base: String
    /// What goes along with every request: our key, where there is one.
    private let headers: HTTPHeaders

    init(transport: any HTTPTransport, base: String, headers: HTTPHeaders = [:]) {
        self.transport = transport
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.headers = headers
    }

    /// The largest answer believed: a thousand candles are 200 KB.
    static let bodyBytesMax = 4 * 1024 * 1024
    /// The largest list believed, of which only one element at a time is kept.
    static let listBytesMax = 64 * 1024 * 1024

    /// - Parameters:
    ///   - path: the path with its query, escaped.
    ///   - limit: how long it may take in all.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `ProviderError` when there is no complete answer.
    func get(_ path: String, limit: Duration) async throws(ProviderError) -> HTTPResponse {
        try await send(request(.get, path, limit: limit, bodyBytesMax: ProviderHTTP.bodyBytesMax))
    }

    /// Asks by sending JSON.
    ///
    /// - Parameters:
    ///   - path: the path, escaped.
    ///   - body: the JSON.
    ///   - limit: how long it may take in all.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `ProviderError` when there is no complete answer.
    func post(_ path: String, body: [UInt8], limit: Duration) async throws(ProviderError) -> HTTPResponse {
        var request = request(.post, path, limit: limit, bodyBytesMax: ProviderHTTP.bodyBytesMax)
        request.headers["Content-Type"] = "application/json"
        request.body = body
        return try await send(request)
    }

    /// Reads a list that may be long, element by element, while it arrives.
    ///
    /// - Parameters:
    ///   - path: the path with its query, escaped.
    ///   - reader: what takes the elements.
    ///   - now: the time of asking.
    ///   - limit: how long it may take in all.
    /// - Returns: the reader, after the last element.
    /// - Throws: `ProviderError` when there is no complete answer of success.
    func list<Reader: ListReader>(
        _ path: String,
        into reader: Reader,
        at now: Timestamp,
        limit: Duration
    ) async throws(ProviderError) -> Reader {
        let request = request(.get, path, limit: limit, bodyBytesMax: ProviderHTTP.listBytesMax)
        let response: HTTPStreamedResponse
        do {
            response = try await transport.stream(request)
        } catch {
            throw ProviderHTTP.error(error)
        }
        var pieces = response.body.makeAsyncIterator()
        let type = response.headers["Content-Type"]?.lowercased() ?? ""
        guard response.status == 200, type.isEmpty || type.contains("json") else {
            throw await failure(response, rest: &pieces, at: now)
        }
        var reader = reader
        var splitter = JSONListSplitter()
        var isFirst = true
        while let piece = try await next(of: &pieces) {
            // An object where a list should be says what is wrong.
            if isFirst, piece.first == UInt8(ascii: "{") {
                throw await failure(response, beginning: piece, rest: &pieces, at: now)
            }
            isFirst = false
            for element in try splitter.feed(piece) { try reader.read(element) }
        }
        try splitter.finish()
        return reader
    }

    /// What is wrong with an answer that is no list, of whose body only the beginning is looked at.
    private func failure(
        _ response: HTTPStreamedResponse,
        beginning: [UInt8] = [],
        rest pieces: inout HTTPBody.Iterator,
        at now: Timestamp
    ) async -> ProviderError {
        do throws(ProviderError) {
            var body = beginning
            while body.count < 65_536, let piece = try await next(of: &pieces) { body += piece }
            try AnswerCheck.requireData(
                HTTPResponse(status: response.status, headers: response.headers, body: body),
                at: now
            )
            return ProviderError(.malformed, "\(response.status) without a list")
        } catch {
            return error
        }
    }

    private func next(of pieces: inout HTTPBody.Iterator) async throws(ProviderError) -> [UInt8]? {
        do {
            return try await pieces.next()
        } catch {
            throw ProviderHTTP.error(error)
        }
    }

    private func request(
        _ method: HTTPMethod,
        _ path: String,
        limit: Duration,
        bodyBytesMax: Int
    ) -> HTTPRequest {
        let seconds = max(0.1, limit / .seconds(1))
        var limits = HTTPLimits()
        limits.connectSeconds = min(seconds, 10)
        limits.firstByteSeconds = seconds
        limits.idleSeconds = seconds
        limits.totalSeconds = seconds
        limits.bodyBytesMax = bodyBytesMax
        var request = HTTPRequest(method, base + path, headers: headers, limits: limits)
        request.headers["Accept"] = "application/json"
        return request
    }

    private func send(_ request: HTTPRequest) async throws(ProviderError) -> HTTPResponse {
        do {
            return try await transport.send(request)
        } catch {
            throw ProviderHTTP.error(error)
        }
    }

    private static func error(_ error: HTTPClientError) -> ProviderError {
        ProviderError(code(error.code), error.debugDescription)
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

package import Bus
package import HTTPClient
import JSON

/// One provider: how its models are asked, and what its answers mean.
package struct ModelProvider: Sendable {
    /// How it speaks.
    package enum Wire: String, Codable, Hashable, Sendable, CaseIterable {
        /// `/chat/completions`, as OpenAI and most others do.
        case chat
        /// Anthropic's `/v1/messages`.
        case messages
    }

    /// What the settings call it.
    package let name: String
    package let wire: Wire
    /// Without a slash at its end: `https://api.openai.com/v1`.
    package let base: String
    /// Whether it has `/responses` with a search of X; what asks for one goes there.
    package let searches: Bool
    private let key: String?
    /// Such as `anthropic-version`.
    private let headers: HTTPHeaders
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Timestamp

    /// An answer that is no stream is read up to here: it is an error, and short.
    private static let errorBytesMax = 64 * 1024

    /// - Parameters:
    ///   - name: what the settings call it.
    ///   - wire: how it speaks.
    ///   - base: its address.
    ///   - key: our key there; `nil` for a server that wants none.
    ///   - headers: sent with every request.
    ///   - searches: whether it has `/responses` with a search of X.
    ///   - transport: sends requests.
    ///   - now: what time it is.
    package init(
        name: String,
        wire: Wire,
        base: String,
        key: String?,
        headers: HTTPHeaders = [:],
        searches: Bool = false,
        transport: any HTTPTransport,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.name = name
        self.wire = wire
        self.base = base
        self.key = key
        self.headers = headers
        self.searches = searches
        self.transport = transport
        self.now = now
    }

    /// Asks a model and hands on its answer as it comes.
    ///
    /// Cancelling the task gives the answer up and closes the connection.
    /// - Parameters:
    ///   - request: what is asked.
    ///   - model: what the provider calls it.
    ///   - traits: what it does not understand.
    ///   - limits: how long the connection and the silences may take; the chain has clocks of its own.
    ///   - take: hears of every step, in order: pieces, and the end as soon as it is known.
    /// - Returns: how the answer ended.
    /// - Throws: `ModelFailure`, whatever has come before.
    package func stream(
        _ request: ModelRequest,
        model: String,
        traits: ModelTraits = ModelTraits(),
        limits: HTTPLimits = HTTPLimits(),
        _ take: (CompletionProgress) async -> Void
    ) async throws(ModelFailure) -> CompletionEnd {
        // An answer without the search that was asked for would be made up.
        guard request.search == nil || searches else {
            throw ModelFailure(.badRequest, detail: "\(name) does not search")
        }
        let answer: HTTPStreamedResponse
        do throws(HTTPClientError) {
            answer = try await transport.stream(httpRequest(request, model, traits, limits))
        } catch {
            throw ModelFailure(error, hasBegun: false)
        }
        // Some answer with a whole body, and a good status, where they cannot answer at all.
        let type = answer.headers["content-type"]?.lowercased() ?? ""
        guard answer.isSuccess, !type.hasPrefix("application/json"), !type.hasPrefix("text/html") else {
            throw await failure(answer)
        }
        if request.search != nil { return try await read(answer.body, ResponsesStreamReader(), take) }
        switch wire {
        case .chat:
            return try await read(answer.body, ChatStreamReader(dropsRepeats: traits.repeatsReasoning), take)
        case .messages: return try await read(answer.body, MessagesStreamReader(), take)
        }
    }

    // MARK: Looking whether it is there

    /// Whether a provider can be reached, found out without a call that costs anything.
    package struct Reachability: Hashable, Sendable {
        package let isReachable: Bool
        /// What came of it, in words.
        package let detail: String
        /// The models that it says it has, where it says so.
        package let models: [String]
    }

    private static let lookLimits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.connectSeconds = 2
        limits.firstByteSeconds = 3
        limits.idleSeconds = 3
        limits.totalSeconds = 5
        return limits
    }()

    /// Asks for the list of its models.
    package func reachability() async -> Reachability {
        let request = HTTPRequest(
            .get,
            base + "/models",
            headers: headersWithKey(accept: "application/json"),
            limits: ModelProvider.lookLimits
        )
        do throws(HTTPClientError) {
            let answer = try await transport.send(request)
            guard answer.status < 300 else {
                let failure = ModelFailure(status: answer.status, headers: answer.headers, body: answer.body, at: now())
                // Whoever has no such list is there all the same.
                return Reachability(
                    isReachable: answer.status == 404 || answer.status == 405,
                    detail: failure.description,
                    models: []
                )
            }
            let list = try? JSONValue(parsing: answer.body)["data"]?.array
            let models = (list ?? []).compactMap { $0["id"]?.string }
            return Reachability(isReachable: true, detail: "answers", models: models)
        } catch {
            return Reachability(isReachable: false, detail: error.description, models: [])
        }
    }

    private func failure(_ answer: HTTPStreamedResponse) async -> ModelFailure {
        var body: [UInt8] = []
        do throws(HTTPClientError) {
            body = try await answer.body.collect(bytesMax: ModelProvider.errorBytesMax)
        } catch {
            // The status alone says enough.
            return ModelFailure(status: answer.status, headers: answer.headers, body: [], at: now())
        }
        return ModelFailure(status: answer.status, headers: answer.headers, body: body, at: now())
    }

    private func read(
        _ body: HTTPBody,
        _ reader: some CompletionStreamReader,
        _ take: (CompletionProgress) async -> Void
    ) async throws(ModelFailure) -> CompletionEnd {
        var (parser, reader, chunks) = (ServerSentEventParser(), reader, body.makeAsyncIterator())
        var events: [ServerSentEvent] = []
        var knownEnd: CompletionEnd?
        while !reader.isOver {
            let chunk: [UInt8]?
            do throws(HTTPClientError) {
                chunk = try await chunks.next()
            } catch {
                // A connection that breaks after the provider has said why it stops has broken after the answer.
                if let end = reader.endIfComplete { return end }
                throw ModelFailure(error, hasBegun: true)
            }
            events.removeAll(keepingCapacity: true)
            do throws(ServerSentEventParser.TooLarge) {
                if let chunk { try parser.feed(chunk, into: &events) } else { try parser.finish(into: &events) }
            } catch {
                throw ModelFailure(.malformed, detail: "an event is larger than \(error.bytesMax) bytes")
            }
            var pieces: [CompletionPiece] = []
            let failure = ModelProvider.failure(reading: events, &reader, into: &pieces)
            // What came before a failure came all the same.
            let end = failure == nil ? reader.endIfComplete : nil
            if !pieces.isEmpty || end != knownEnd {
                await take(CompletionProgress(pieces, usage: reader.usage, end: end))
            }
            knownEnd = end
            if let failure { throw failure }
            guard chunk != nil else { break }
        }
        return try reader.end()
    }

    private static func failure(
        reading events: [ServerSentEvent],
        _ reader: inout some CompletionStreamReader,
        into pieces: inout [CompletionPiece]
    ) -> ModelFailure? {
        do throws(ModelFailure) {
            for event in events { try reader.read(event, into: &pieces) }
            return nil
        } catch {
            return error
        }
    }

    // MARK: Requests

    private func httpRequest(
        _ request: ModelRequest,
        _ model: String,
        _ traits: ModelTraits,
        _ limits: HTTPLimits
    ) -> HTTPRequest {
        let (path, body) =
            switch wire {
            case _ where request.search != nil:
                ("/responses", ResponsesRequestBody(request: request, model: model, traits: traits).json)
            case .chat:
                (
                    "/chat/completions",
                    ChatRequestBody(request: request, model: model, traits: traits, isStream: true).json
                )
            case .messages:
                ("/messages", MessagesRequestBody(request: request, model: model, traits: traits, isStream: true).json)
            }
        var fields = headersWithKey(accept: "text/event-stream")
        fields["Content-Type"] = "application/json"
        return HTTPRequest(.post, base + path, headers: fields, body: body.bytes, limits: limits)
    }

    private func headersWithKey(accept: String) -> HTTPHeaders {
        var fields = headers
        fields["Accept"] = accept
        if let key {
            switch wire {
            case .chat: fields["Authorization"] = "Bearer \(key)"
            case .messages: fields["x-api-key"] = key
            }
        }
        return fields
    }
}

extension ModelFailure {
    /// - Parameters:
    ///   - error: what the client says.
    ///   - hasBegun: whether an answer had begun to come.
    init(_ error: HTTPClientError, hasBegun: Bool) {
        let kind: Kind =
            switch error.code {
            case .cancelled, .closed: .cancelled
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
            case .overloaded: .crowded
            case .bodyTooLarge, .headersTooLarge, .malformedResponse: .malformed
            case .invalidRequest: .badRequest
            default: hasBegun ? .truncated : .unreachable
            }
        self.init(kind, detail: error.debugDescription)
    }
}

package import Bus
package import HTTPClient

/// What came of asking a feed.
package enum FeedAnswer: Hashable, Sendable {
    /// Nothing is new since the validators that were sent.
    case notModified
    /// The feed, and what to send the next time; nothing when it was cut, so that it is sent again.
    case feed(FeedReading, FeedValidators)
}

/// Fetches feeds: the one door to the network, without a memory of its own.
package struct FeedClient: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Who asks; the SEC wants an organisation and a mail address here, and refuses everybody else.
        package var userAgent = "CryptoCallFM"
        package var limits = FeedLimits()
        package var redirectsMax = 5
        package var connectSeconds = 10.0
        /// The longest silence, before the answer and within it.
        package var idleSeconds = 15.0
        /// For everything, redirects included.
        package var totalSeconds = 30.0

        package init() {}

        /// Every mistake, with its key.
        package func problems() -> [(key: String, text: String)] {
            var found = limits.problems()
            if userAgent.isEmpty || !userAgent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
                found.append(("user_agent", "must be one line of ASCII text"))
            }
            if !(0...10).contains(redirectsMax) { found.append(("redirects_max", "must be in 0...10")) }
            found += httpLimits.problems()
            return found
        }

        var httpLimits: HTTPLimits {
            var http = HTTPLimits()
            http.connectSeconds = connectSeconds
            http.firstByteSeconds = idleSeconds
            http.idleSeconds = idleSeconds
            http.totalSeconds = totalSeconds
            http.bodyBytesMax = limits.bytesMax
            return http
        }
    }

    private static let accepted =
        "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"

    private let transport: any HTTPTransport
    private let settings: Settings

    package init(transport: any HTTPTransport, settings: Settings = Settings()) {
        self.transport = transport
        self.settings = settings
    }

    /// Asks once, and reads the answer while it arrives.
    ///
    /// A connection that breaks after the first complete item gives a feed that says so.
    ///
    /// - Parameters:
    ///   - url: of the feed; its host has to be one that the network client may ask.
    ///   - validators: what came with the version that was read last.
    ///   - now: our clock.
    /// - Returns: the feed, unless it is the same as before.
    /// - Throws: `NewsError`, with the wait that the site wants where it says one.
    package func fetch(
        _ url: String,
        validators: FeedValidators = FeedValidators(),
        at now: Timestamp
    ) async throws(NewsError) -> FeedAnswer {
        let answer: HTTPStreamedResponse
        do {
            answer = try await transport.stream(request(url, validators))
        } catch {
            throw NewsError(error)
        }
        if answer.status == 304, !validators.isEmpty { return .notModified }
        try FeedClient.check(answer, at: now)
        let type = ContentType(answer.headers["Content-Type"])
        guard type.mayBeFeed else { throw NewsError(.wrongType, type.name) }
        let reading = try await read(answer.body, of: url, charset: type.charset, at: now)
        if case .cut = reading.end { return .feed(reading, FeedValidators()) }
        return .feed(reading, FeedValidators(answer.headers))
    }

    private func request(_ url: String, _ validators: FeedValidators) -> HTTPRequest {
        var headers = validators.conditions
        headers["Accept"] = FeedClient.accepted
        headers["User-Agent"] = settings.userAgent
        return HTTPRequest(
            .get,
            url,
            headers: headers,
            limits: settings.httpLimits,
            redirectsMax: settings.redirectsMax
        )
    }

    private static func check(_ answer: HTTPStreamedResponse, at now: Timestamp) throws(NewsError) {
        let code: NewsError.Code
        switch answer.status {
        case 200: return
        case 301, 302, 303, 307, 308: code = .redirectRefused
        case 401, 403, 451: code = .forbidden
        case 404, 410: code = .gone
        case 429: code = .rateLimited
        case 500...599: code = .unavailable
        default: code = .rejected
        }
        let wait = answer.headers["Retry-After"].flatMap { RetryAfter.duration($0, at: now) }
        throw NewsError(code, "status \(answer.status)", retryAfter: wait)
    }

    private func read(
        _ body: HTTPBody,
        of url: String,
        charset: String?,
        at now: Timestamp
    ) async throws(NewsError) -> FeedReading {
        var reader = try FeedReader(url: url, charset: charset, now: now, limits: settings.limits)
        var breakOff: HTTPClientError?
        var pieces = body.makeAsyncIterator()
        while !reader.isDone {
            let piece: [UInt8]?
            do {
                piece = try await pieces.next()
            } catch {
                guard error.breaksOff else { throw NewsError(error) }
                breakOff = error
                break
            }
            guard let piece else { break }
            try reader.read(piece)
        }
        let reading: FeedReading
        do {
            reading = try reader.finish(isBroken: breakOff != nil)
        } catch {
            // What is no feed may have become one.
            throw breakOff.map { NewsError($0) } ?? error
        }
        guard reading.items.isEmpty, case .cut(let cut) = reading.end else { return reading }
        throw breakOff.map { NewsError($0) } ?? NewsError(.malformed, cut.rawValue)
    }
}

extension HTTPClientError {
    /// Whether what has come until then is still what it is.
    fileprivate var breaksOff: Bool {
        switch code {
        case .connectionLost, .idleTimeout, .totalTimeout, .malformedResponse: true
        default: false
        }
    }
}

import Bus
import HTTPClient
import News
import Testing

/// What the client asks, and what it makes of the answers.
struct FeedClientTests {
    private let url = "https://news.example/feed"
    private let feed = rss("<title>T</title>")

    private func fetch(
        _ answer: ScriptedTransport.Answer,
        validators: FeedValidators = FeedValidators()
    ) async -> Result<FeedAnswer, NewsError> {
        do throws(NewsError) {
            let client = FeedClient(transport: ScriptedTransport(answer))
            return .success(try await client.fetch(url, validators: validators, at: readAt))
        } catch {
            return .failure(error)
        }
    }

    private func code(_ answer: ScriptedTransport.Answer) async -> NewsError.Code? {
        if case .failure(let error) = await fetch(answer) { error.code } else { nil }
    }

    private func titles(_ answer: ScriptedTransport.Answer) async -> [String]? {
        guard case .success(.feed(let reading, _)) = await fetch(answer) else { return nil }
        return reading.items.map(\.title)
    }

    @Test func `what is known is sent along, and a site may say that nothing is new`() async throws {
        let first = answer(feed, headers: ["ETag": "W/\"7\"", "Last-Modified": "Thu, 26 Nov 2026 08:00:00 GMT"])
        let transport = ScriptedTransport(first, answer("", status: 304))
        var settings = FeedClient.Settings()
        settings.userAgent = "Station desk@station.example"
        let client = FeedClient(transport: transport, settings: settings)
        guard case .feed(let reading, let validators) = try await client.fetch(url, at: readAt) else {
            Issue.record("no feed")
            return
        }
        #expect(reading.items.map(\.title) == ["T"])
        #expect(try await client.fetch(url, validators: validators, at: readAt) == .notModified)
        let requests = transport.requests
        #expect(requests.map(\.url) == [url, url])
        #expect(requests[0].headers["If-None-Match"] == nil)
        #expect(requests[0].headers["User-Agent"] == "Station desk@station.example")
        #expect(requests[0].headers["Accept"]?.contains("application/atom+xml") == true)
        #expect(requests[0].limits?.bodyBytesMax == 2 * 1024 * 1024)
        #expect(requests[0].redirectsMax == 5)
        #expect(requests[1].headers["If-None-Match"] == "W/\"7\"")
        #expect(requests[1].headers["If-Modified-Since"] == "Thu, 26 Nov 2026 08:00:00 GMT")
    }

    @Test(
        arguments: [
            (301, .redirectRefused), (401, .forbidden), (403, .forbidden), (451, .forbidden), (404, .gone),
            (410, .gone),
            (429, .rateLimited), (500, .unavailable), (503, .unavailable), (304, .rejected), (204, .rejected),
            (418, .rejected),
        ] as [(Int, NewsError.Code)]
    )
    func `statuses are told apart`(status: Int, code: NewsError.Code) async {
        #expect(await self.code(answer("<html>Sorry</html>", status: status, type: "text/html")) == code)
    }

    @Test(
        arguments: [
            ("120", .seconds(120)), ("Thu, 26 Nov 2026 12:05:00 GMT", .seconds(300)),
            ("99999999", .seconds(3 * 86_400)),
            ("soon", nil), (nil, nil),
        ] as [(String?, Duration?)]
    )
    func `the wait that a site wants is passed on`(header: String?, wait: Duration?) async {
        var headers = HTTPHeaders()
        headers["Retry-After"] = header
        let result = await fetch(answer("", status: 429, headers: headers))
        #expect(result == .failure(NewsError(.rateLimited, "status 429", retryAfter: wait)))
    }

    @Test func `a page with status 200 is no feed`() async {
        #expect(await code(answer("<!doctype html><p>Prove that you are human", type: "text/html")) == .webPage)
        #expect(await code(answer("<!doctype html><p>Prove that you are human")) == .webPage)
        #expect(await code(answer("{}", type: "application/json")) == .wrongType)
        #expect(await code(answer("", type: "image/png")) == .wrongType)
        #expect(await code(answer("", type: "video/mp4; x=y")) == .wrongType)
        #expect(await code(answer("")) == .empty)
    }

    @Test(arguments: [
        "application/rss+xml", "application/atom+xml;charset=UTF-8", "text/xml; charset=\"utf-8\"", "TEXT/HTML",
        "text/plain",
        "application/xml", "application/octet-stream", nil, "", ";", "application/rdf+xml ; charset = utf-8",
    ])
    func `feeds are sent under many types`(type: String?) async {
        #expect(await titles(answer(feed, type: type)) == ["T"])
    }

    @Test func `the charset of the header counts`() async {
        let bytes =
            Array("<rss><channel><item><title>C".utf8) + [0xE9] + Array("</title></item></channel></rss>".utf8)
        let response = HTTPStreamedResponse(
            status: 200,
            headers: ["Content-Type": "text/xml; charset=ISO-8859-1"],
            body: HTTPBody(pieces: bytes.map { [$0] })
        )
        guard case .success(.feed(let reading, _)) = await fetch(.success(response)) else {
            Issue.record("no feed")
            return
        }
        #expect(reading.charset == .windows1252)
        #expect(reading.items.map(\.title) == ["Cé"])
    }

    @Test func `a feed that was cut is kept, but not for the next time`() async {
        let text = rss("<title>T1</title></item><item><title>T2</title>")
        let cut = String(text.dropLast(30))
        let lost = answer(cut, headers: ["ETag": "\"1\""], failure: HTTPClientError(.connectionLost))
        guard case .success(.feed(let reading, let validators)) = await fetch(lost) else {
            Issue.record("no feed")
            return
        }
        #expect(reading.items.map(\.title) == ["T1"])
        #expect(reading.end == .cut(.connectionLost))
        #expect(validators.isEmpty)
        guard case .success(.feed(let short, _)) = await fetch(answer(cut)) else {
            Issue.record("no feed")
            return
        }
        #expect(short.end == .cut(.endedEarly))
        let late = answer(text, headers: ["ETag": "\"1\""], failure: HTTPClientError(.idleTimeout))
        guard case .success(.feed(let whole, _)) = await fetch(late) else {
            Issue.record("no feed")
            return
        }
        #expect(whole.end == .complete)
    }

    @Test func `what breaks before the first item is a failure`() async {
        #expect(await code(answer("<rss><channel>", failure: HTTPClientError(.connectionLost))) == .unreachable)
        #expect(await code(answer("", failure: HTTPClientError(.totalTimeout))) == .timedOut)
        #expect(await code(answer("<rss><channel>")) == .malformed)
        #expect(await code(answer("<rss><channel><item>", failure: HTTPClientError(.bodyTooLarge))) == .tooLarge)
        #expect(
            await code(answer(rss("<title>T</title>").dropLast(6).description, failure: HTTPClientError(.cancelled)))
                == .cancelled
        )
        #expect(await code(.failure(HTTPClientError(.resolveFailed))) == .unreachable)
        #expect(await code(.failure(HTTPClientError(.hostRefused))) == .notAllowed)
        #expect(await code(.failure(HTTPClientError(.redirectRefused))) == .redirectRefused)
        #expect(await code(.failure(HTTPClientError(.connectTimeout))) == .timedOut)
    }

    @Test func `validators that cannot be sent back are not kept`() {
        let headers: HTTPHeaders = ["ETag": "\"\u{7}\"", "Last-Modified": String(repeating: "x", count: 2_000)]
        #expect(FeedValidators(headers).isEmpty)
        #expect(FeedValidators([:]).isEmpty)
        #expect(FeedValidators(["etag": "\"a\""]).entityTag == "\"a\"")
    }

    @Test func `an error tells only its code unless one asks for more`() {
        let error = NewsError(.notFeed, "its root is secret")
        #expect(error.description == "not feed")
        #expect(error.debugDescription == "not feed: its root is secret")
        #expect(NewsError(.notAllowed).disposition == .fail)
        #expect(error.disposition == .retry)
    }
}

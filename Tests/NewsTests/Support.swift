import Bus
import HTTPClient
import News
import Threading

/// The moment at which everything here is read.
let readAt = time("2026-11-26T12:00:00Z")

func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(nanoseconds: 0) }

/// Reads pieces of a feed, one after the other.
func reading(
    pieces: [ArraySlice<UInt8>],
    charset: String? = nil,
    limits: FeedLimits = FeedLimits()
) throws(NewsError) -> FeedReading {
    var reader = try FeedReader(url: "https://news.example/feeds/all", charset: charset, now: readAt, limits: limits)
    for piece in pieces { try reader.read(piece) }
    return try reader.finish()
}

func reading(
    _ text: String,
    charset: String? = nil,
    limits: FeedLimits = FeedLimits()
) throws(NewsError) -> FeedReading {
    try reading(pieces: [Array(text.utf8)[...]], charset: charset, limits: limits)
}

/// The error that reading ends with; `nil` when it is a feed.
func failure(_ text: String, limits: FeedLimits = FeedLimits()) -> NewsError? {
    do {
        _ = try reading(text, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// An RSS feed of one item with the given insides.
func rss(_ item: String) -> String {
    "<rss version=\"2.0\"><channel><title>Sample</title><item>\(item)</item></channel></rss>"
}

/// Answers requests from a list, and remembers what was asked.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = Result<HTTPStreamedResponse, HTTPClientError>

    private struct State {
        var answers: [Answer]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    /// - Parameter answers: one for each request, in order.
    init(_ answers: Answer...) { state = Mutex(State(answers: answers)) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let answer = try await stream(request)
        let body = try await answer.body.collect(bytesMax: 1 << 20)
        return HTTPResponse(status: answer.status, headers: answer.headers, body: body)
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let answer = state.withLock { state -> Answer in
            state.requests.append(request)
            return state.answers.isEmpty ? .failure(HTTPClientError(.closed)) : state.answers.removeFirst()
        }
        return try answer.get()
    }
}

func answer(
    _ body: String,
    status: Int = 200,
    type: String? = "application/rss+xml; charset=utf-8",
    headers: HTTPHeaders = [:],
    failure: HTTPClientError? = nil
) -> ScriptedTransport.Answer {
    var headers = headers
    headers["Content-Type"] = type
    let body = HTTPBody(pieces: [Array(body.utf8)], failure: failure)
    return .success(HTTPStreamedResponse(status: status, headers: headers, body: body))
}

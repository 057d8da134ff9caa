import Bus
import Domain
import FoundationEssentials
import HTTPClient
import Market
import Threading

/// The time that the recorded answers were given at.
let recordedAt = Timestamp(milliseconds: 1_700_000_070_500)

/// Answers requests from a list, and remembers what was asked.
final class ScriptedTransport: HTTPTransport {
    private struct State {
        var answers: [Result<HTTPResponse, HTTPClientError>]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    /// - Parameter answers: one for each request, in order; the last one goes on for ever.
    init(_ answers: [Result<HTTPResponse, HTTPClientError>]) { state = Mutex(State(answers: answers)) }

    convenience init(_ answer: HTTPResponse) { self.init([.success(answer)]) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var urls: [String] { requests.map(\.url) }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let answer = state.withLock { state -> Result<HTTPResponse, HTTPClientError> in
            state.requests.append(request)
            guard let first = state.answers.first else { return .failure(HTTPClientError(.closed)) }
            if state.answers.count > 1 { state.answers.removeFirst() }
            return first
        }
        return try answer.get()
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let response = try await send(request)
        return HTTPStreamedResponse(
            status: response.status,
            headers: response.headers,
            body: HTTPBody(pieces: [response.body])
        )
    }
}

func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    var headers = headers
    headers["Content-Type"] = "application/json;charset=UTF-8"
    return HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
}

func page(status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    var headers = headers
    headers["Content-Type"] = "text/html; charset=utf-8"
    return HTTPResponse(status: status, headers: headers, body: Array("<!doctype html><p>Prove your work</p>".utf8))
}

func pairs(_ texts: String...) -> [TradingPair] { texts.compactMap { TradingPair($0) } }

func quoteQuery(_ texts: String...) -> QuoteQuery {
    QuoteQuery(pairs: texts.compactMap { TradingPair($0) }, now: recordedAt, limit: .seconds(4))
}

func candleQuery(
    _ text: String,
    interval: CandleInterval = .oneMinute,
    since: Timestamp? = nil,
    count: Int = 10
) -> CandleQuery? {
    TradingPair(text).map {
        CandleQuery(pair: $0, interval: interval, since: since, count: count, now: recordedAt, limit: .seconds(4))
    }
}

func listQuery(count: Int = 10) -> ListQuery { ListQuery(count: count, now: recordedAt, limit: .seconds(4)) }

/// The code of what a question fails with; `nil` when it does not fail.
func failure<Value>(_ question: () async throws(ProviderError) -> Value) async -> ProviderError? {
    do {
        _ = try await question()
        return nil
    } catch {
        return error
    }
}

import API
import Bus
import Domain
import HTTPClient
import Jobs
import Market
import MarketHistory
import Testing

@testable import Daemon

/// What goes on its way into history.
struct HistoryKeepingTests {
    private static func call(_ number: Int) -> ProviderCall {
        ProviderCall(
            calledAt: Timestamp(seconds: Int64(number)),
            provider: "binance",
            category: "market_data",
            endpoint: "/api/v3/klines",
            status: "200",
            isSuccess: true,
            latency: .milliseconds(5)
        )
    }

    @Test func `calls of providers wait in order, and the oldest are lost and counted when there are too many`() {
        let ledger = CallLedger()
        for number in 0..<5000 { ledger.add(Self.call(number)) }
        let first = ledger.take(3)
        #expect(first.map(\.calledAt) == [0, 1, 2].map { Timestamp(seconds: $0) })
        #expect(ledger.lostCount == 0)
        for number in 5000..<5002 { ledger.add(Self.call(number)) }
        // Back in front; what is beyond the bound goes.
        ledger.putBack(first)
        #expect(ledger.lostCount == 2)
        #expect(ledger.take(2).map(\.calledAt) == [2, 3].map { Timestamp(seconds: $0) })
        #expect(ledger.take(10_000).count == 4998)
        #expect(ledger.take(1).isEmpty)
    }

    private struct OneAnswer: HTTPTransport {
        let result: Result<Int, HTTPClientError>

        func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
            HTTPResponse(status: try result.get(), headers: [:], body: [])
        }

        func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
            throw HTTPClientError(.closed)
        }
    }

    @Test func `a call is noted with how it ended, and without what it asked for in detail`() async throws {
        let ledger = CallLedger()
        func transport(_ result: Result<Int, HTTPClientError>) -> RecordedTransport {
            RecordedTransport(
                OneAnswer(result: result),
                provider: "binance",
                category: "market_data",
                ledger: ledger,
                now: { Timestamp(seconds: 9) }
            )
        }
        let request = HTTPRequest(.get, "https://example.org/api/v3/klines?symbol=BTC&key=secret")
        _ = try await transport(.success(200)).send(request)
        _ = try await transport(.success(429)).send(request)
        await #expect(throws: HTTPClientError.self) {
            _ = try await transport(.failure(HTTPClientError(.closed))).send(request)
        }
        await #expect(throws: HTTPClientError.self) { _ = try await transport(.success(200)).stream(request) }
        let calls = ledger.take(10)
        #expect(calls.map(\.endpoint) == Array(repeating: "/api/v3/klines", count: 4))
        #expect(calls.map(\.isSuccess) == [true, false, false, false])
        #expect(
            calls.map(\.status).prefix(2) == ["200", "429"] && calls[2].status == HTTPClientError.Code.closed.rawValue
        )
        #expect(RecordedTransport.endpoint(of: "https://example.org") == "/")
    }

    @Test func `where times lie too far apart there is a gap, also at the ends`() {
        func time(_ minute: Int) -> Timestamp { Timestamp(seconds: Int64(minute * 60)) }
        let range = time(0)..<time(100)
        let times = [5, 10, 15, 40, 45].map(time)
        let whole = TimeGap.gaps(in: range, times, isWhole: true) { _ in .seconds(600) }
        #expect(whole == [TimeGap(from: time(15), to: time(40)), TimeGap(from: time(45), to: time(100))])
        #expect(TimeGap.gaps(in: range, times, isWhole: false) { _ in .seconds(600) }.count == 1)
        #expect(
            TimeGap.gaps(in: range, [], isWhole: true) { _ in .seconds(600) } == [TimeGap(from: time(0), to: time(100))]
        )
    }

    @Test func `what follows when old candles cannot be brought depends on why`() {
        func unanswered(_ code: ProviderError.Code, retryAfter: Duration? = nil, cancelled: Bool = false) -> FetchError
        {
            let attempt = Attempt(provider: "binance", error: ProviderError(code), wasAsked: true)
            return .unanswered(NoSourceError(attempts: [attempt], retryAfter: retryAfter, wasCancelled: cancelled))
        }
        #expect(JobError(unanswered(.unknownMarket)).kind == .permanent)
        #expect(JobError(unanswered(.unreachable)).kind == .throttled(retryAfter: .seconds(30)))
        #expect(JobError(unanswered(.overBudget, retryAfter: .seconds(7))).kind == .throttled(retryAfter: .seconds(7)))
        #expect(JobError(unanswered(.banned, retryAfter: .seconds(9000))).kind == .throttled(retryAfter: .seconds(300)))
        #expect(JobError(unanswered(.cancelled, cancelled: true)).kind == .throttled(retryAfter: .seconds(1)))
        #expect(JobError(.nobodyReaches(Timestamp(seconds: 0))).kind == .permanent)
        #expect(JobError(.notKept(.archive("x"))).kind == .transient)
    }
}

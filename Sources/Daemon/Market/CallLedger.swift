import Bus
import HTTPClient
import MarketHistory
import Threading

/// How providers have answered lately, until it is in the database.
///
/// It holds a bounded number: when the database is away for long, the oldest are lost, and counted.
final class CallLedger: Sendable {
    private struct State {
        var calls: [ProviderCall] = []
        var lostCount = 0
    }

    /// A station asks a few hundred times an hour.
    private static let countMax = 5000
    private let state = Mutex(State())

    /// How many were lost so far.
    var lostCount: Int { state.withLock { $0.lostCount } }

    func add(_ call: ProviderCall) { putBack([call], isOlder: false) }

    /// Takes some of them out, the oldest first.
    func take(_ count: Int) -> [ProviderCall] {
        state.withLock { state in
            let taken = Array(state.calls.prefix(count))
            state.calls.removeFirst(taken.count)
            return taken
        }
    }

    /// Puts those back that could not be stored.
    func putBack(_ calls: [ProviderCall]) { putBack(calls, isOlder: true) }

    private func putBack(_ calls: [ProviderCall], isOlder: Bool) {
        state.withLock { state in
            state.calls = isOlder ? calls + state.calls : state.calls + calls
            let surplus = max(0, state.calls.count - CallLedger.countMax)
            state.calls.removeFirst(surplus)
            state.lostCount += surplus
        }
    }
}

/// A transport that notes in a ledger how one provider answers.
struct RecordedTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let provider: String
    private let category: String
    private let ledger: CallLedger
    private let now: @Sendable () -> Timestamp

    init(
        _ transport: any HTTPTransport,
        provider: String,
        category: String,
        ledger: CallLedger,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.transport = transport
        self.provider = provider
        self.category = category
        self.ledger = ledger
        self.now = now
    }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let call = Begun(at: now())
        do throws(HTTPClientError) {
            let response = try await transport.send(request)
            note(call, request, "\(response.status)", isSuccess: response.status == 200)
            return response
        } catch {
            note(call, request, error.code.rawValue, isSuccess: false)
            throw error
        }
    }

    /// Notes what came up to the head of the answer.
    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let call = Begun(at: now())
        do throws(HTTPClientError) {
            let response = try await transport.stream(request)
            note(call, request, "\(response.status)", isSuccess: response.status == 200)
            return response
        } catch {
            note(call, request, error.code.rawValue, isSuccess: false)
            throw error
        }
    }

    private struct Begun {
        let at: Timestamp
        let moment = ContinuousClock.now
    }

    private func note(_ call: Begun, _ request: HTTPRequest, _ status: String, isSuccess: Bool) {
        ledger.add(
            ProviderCall(
                calledAt: call.at,
                provider: provider,
                category: category,
                endpoint: RecordedTransport.endpoint(of: request.url),
                status: status,
                isSuccess: isSuccess,
                latency: call.moment.duration(to: .now)
            )
        )
    }

    /// Path alone: what is asked for in detail is nobody's business, and a key may be among it.
    static func endpoint(of url: String) -> String {
        let path = (URLText(url)?.rest ?? "").prefix { $0 != "?" && $0 != "#" }
        let short = String(decoding: path.utf8.prefix(200), as: UTF8.self)
        return short.isEmpty ? "/" : short
    }
}

import AvatarServices
import Bus
import HTTPClient
import Testing
import Threading

/// Answers requests from a list, and remembers what was asked.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = Result<HTTPStreamedResponse, HTTPClientError>

    private struct State {
        var answers: [Answer]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    /// - Parameter answers: one for each request, in order.
    init(_ answers: [Answer]) { state = Mutex(State(answers: answers)) }

    convenience init(_ answers: Answer...) { self.init(answers) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let answer = try await stream(request)
        let body = try await answer.body.collect(bytesMax: request.limits?.bodyBytesMax ?? 1 << 20)
        return HTTPResponse(status: answer.status, headers: answer.headers, body: body)
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let answer = state.withLock { state -> Answer in
            state.requests.append(request)
            return state.answers.isEmpty ? .failure(HTTPClientError(.internalFailure)) : state.answers.removeFirst()
        }
        return try answer.get()
    }
}

func answer(_ body: String, status: Int = 200, headers: HTTPHeaders = [:]) -> ScriptedTransport.Answer {
    .success(HTTPStreamedResponse(status: status, headers: headers, body: HTTPBody(pieces: [Array(body.utf8)])))
}

func failure(_ code: HTTPClientError.Code, wasSent: Bool) -> ScriptedTransport.Answer {
    .failure(HTTPClientError(code, "https://secret.example/?key=\(key)", requestWasSent: wasSent))
}

let key = "sk_test_Zm9vYmFyOmJheg"
let readAt = time("2026-11-26T12:00:00Z")
let orderID = id("019abcde-0123-7456-89ab-0123456789ab")

func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(nanoseconds: 0) }
func id(_ text: String) -> UUIDv7 { UUIDv7(text) ?? UUIDv7(high: 0, low: 0) }

/// An order that every service takes, if it takes who is seen.
func order(
    _ avatar: AvatarOrder.Avatar = .avatar("Anna_public"),
    _ text: String = "Bitcoin is up. Ether is not.",
    speech: AvatarOrder.Speech? = nil,
    size: AvatarSize = AvatarSize(),
    background: AvatarOrder.Background = .usual,
    captions: Bool = false,
    callback: String? = nil
) throws -> AvatarOrder {
    try AvatarOrder(
        id: orderID,
        avatar: avatar,
        voice: "voice-1",
        speech: speech ?? .script(AvatarScript(text)),
        size: size,
        background: background,
        wantsCaptions: captions,
        title: "Morning news",
        callback: callback
    )
}

/// A script of so many parts.
func longScript(parts: Int) throws -> AvatarScript {
    try AvatarScript(
        (0..<parts).map { "\($0) " + String(repeating: "word ", count: 270) + "end." }.joined(separator: " ")
    )
}

/// What an action fails with; `nil` when it does not.
func error<Value>(of action: () async throws(AvatarError) -> Value) async -> AvatarError? {
    do {
        _ = try await action()
        return nil
    } catch {
        return error
    }
}

/// One answer of a service, and what it has to be taken for.
struct FaultCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: @Sendable () -> ScriptedTransport.Answer
    let code: AvatarError.Code
    let mayHaveBeenTaken: Bool

    init(
        _ description: String,
        _ code: AvatarError.Code,
        mayHaveBeenTaken: Bool = false,
        _ reply: @escaping @Sendable () -> ScriptedTransport.Answer
    ) {
        testDescription = description
        self.code = code
        self.mayHaveBeenTaken = mayHaveBeenTaken
        self.reply = reply
    }

    /// What befalls orders whoever takes them.
    static let ofOrders: [FaultCase] = [
        FaultCase("a key that is refused", .unauthorized) { answer("{}", status: 401) },
        FaultCase("no money", .outOfCredit) { answer("{}", status: 402) },
        FaultCase("a key that may not", .forbidden) { answer("{}", status: 403) },
        FaultCase("too many requests", .rateLimited) { answer("", status: 429, headers: ["Retry-After": "7"]) },
        FaultCase("forbidden content", .refused) { answer("{}", status: 451) },
        FaultCase("a wrong request", .rejected) { answer("{}", status: 422) },
        FaultCase("the same order twice at once", .inProgress, mayHaveBeenTaken: true) { answer("{}", status: 409) },
        FaultCase("a fault of its own", .unavailable) {
            answer(#"{"error":{"code":"internal_error","message":"x"}}"#, status: 500)
        },
        FaultCase("a gateway's page", .unavailable, mayHaveBeenTaken: true) {
            answer("<html>Bad gateway</html>", status: 502)
        },
        FaultCase("a gateway that does not pass it on", .unavailable) { answer("<html></html>", status: 503) },
        FaultCase("a page with a good status", .malformed, mayHaveBeenTaken: true) {
            answer("<!doctype html><html></html>")
        },
        FaultCase("an answer that breaks off", .malformed, mayHaveBeenTaken: true) { answer(#"{"data":{"vid"#) },
        FaultCase("an empty answer", .malformed, mayHaveBeenTaken: true) { answer("") },
        FaultCase("a list", .malformed, mayHaveBeenTaken: true) { answer("[]") },
        FaultCase("an id that is no id", .malformed, mayHaveBeenTaken: true) {
            answer(#"{"data":{"video_id":"../x"},"id":"../x"}"#)
        },
        FaultCase("an id that is no text", .malformed, mayHaveBeenTaken: true) {
            answer(#"{"data":{"video_id":5},"id":5}"#)
        },
        FaultCase("no connection", .unreachable) { failure(.connectFailed, wasSent: false) },
        FaultCase("no connection in time", .timedOut) { failure(.connectTimeout, wasSent: false) },
        FaultCase("no answer in time", .unknownOutcome, mayHaveBeenTaken: true) {
            failure(.firstByteTimeout, wasSent: true)
        },
        FaultCase("a lost connection", .unknownOutcome, mayHaveBeenTaken: true) {
            failure(.connectionLost, wasSent: true)
        },
        FaultCase("an answer without end", .malformed, mayHaveBeenTaken: true) {
            failure(.bodyTooLarge, wasSent: true)
        },
        FaultCase("a host that may not be asked", .notSetUp) { failure(.hostRefused, wasSent: false) },
        FaultCase("given up before", .cancelled) { failure(.cancelled, wasSent: false) },
        FaultCase("given up meanwhile", .cancelled, mayHaveBeenTaken: true) { failure(.cancelled, wasSent: true) },
    ]

    /// Checks what an order fails with.
    func check(_ found: AvatarError?) {
        #expect(found?.code == code)
        #expect(found?.mayHaveBeenTaken == mayHaveBeenTaken)
        #expect(found?.retryAfter == (code == .rateLimited ? .seconds(7) : nil))
        let told = "\(String(describing: found?.debugDescription))"
        #expect(!told.contains(key) && !told.contains("://"))
    }
}

/// Ours, at a service that answers by script.
func account(
    _ settings: AvatarServiceSettings,
    _ transport: any HTTPTransport,
    _ stopwatch: Stopwatch = Stopwatch(ContinuousClock()),
    by ours: String? = key
) -> AvatarAccount {
    AvatarAccount(key: ours, settings: settings, transport: transport, stopwatch: stopwatch, now: { readAt })
}

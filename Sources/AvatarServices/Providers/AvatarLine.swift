import Bus
import HTTPClient
import JSON
import Threading

/// The way to one service: asks it, tells what its refusals mean, and leaves it alone when it fails.
///
/// Orders and questions are counted apart: a service that takes no order for want of money still tells of its films.
final class AvatarLine: Sendable {
    enum Purpose: Hashable, Sendable { case order, question }

    struct Question: Sendable {
        var purpose = Purpose.question
        var method = HTTPMethod.get
        /// With its query, below the base.
        var path: String
        var headers: HTTPHeaders = [:]
        var body: JSONValue?
    }

    private struct State {
        var orders: CircuitBreaker
        var questions: CircuitBreaker
        var random = SystemRandomNumberGenerator()

        subscript(purpose: Purpose) -> CircuitBreaker {
            get { purpose == .order ? orders : questions }
            set { if purpose == .order { orders = newValue } else { questions = newValue } }
        }
    }

    let name: String
    let account: AvatarAccount
    private let state: Mutex<State>

    /// - Parameters:
    ///   - name: what settings and errors call the service.
    ///   - account: the way there.
    init(name: String, _ account: AvatarAccount) {
        self.name = name
        self.account = account
        let breaker = CircuitBreaker(policy: account.settings.breaker)
        state = Mutex(State(orders: breaker, questions: breaker))
    }

    var key: String? { account.key }
    var settings: AvatarServiceSettings { account.settings }

    // MARK: Asking

    /// Why no order can be given now.
    func unavailability() -> AvatarError? {
        if let mistake = mistake() { return mistake }
        let elapsed = account.stopwatch.elapsed
        return switch state.withLock({ $0.orders.state }) {
        case .closed: nil
        case .open(let until) where until <= elapsed: nil
        case .open(let until): skipped(for: until - elapsed)
        case .probing: skipped(for: nil)
        }
    }

    /// Asks, and reads the answer.
    ///
    /// - Parameters:
    ///   - question: what is asked.
    ///   - read: reads an answer with a good status; `null` stands for an empty one.
    /// - Returns: what has been read.
    /// - Throws: `AvatarError`; its message is our own.
    func ask<Value>(
        _ question: Question,
        read: (JSONValue) throws(AvatarError) -> Value
    ) async throws(AvatarError) -> Value {
        if let mistake = mistake() { throw mistake }
        let elapsed = account.stopwatch.elapsed
        if case .skip(let until) = state.withLock({ $0[question.purpose].admit(at: elapsed) }) {
            throw skipped(for: until.map { $0 - elapsed })
        }
        do throws(AvatarError) {
            let value = try read(try await answer(to: question))
            state.withLock { $0[question.purpose].recordSuccess() }
            return value
        } catch {
            // Whatever stands in an answer that cannot be read, the order may be under way.
            let error = question.purpose == .order && error.code == .malformed ? error.afterTaking : error
            note(error, question.purpose)
            throw error
        }
    }

    private func answer(to question: Question) async throws(AvatarError) -> JSONValue {
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await account.transport.send(request(question))
        } catch {
            throw failure(error, question.purpose)
        }
        guard response.isSuccess else { throw refusal(response, question.purpose) }
        if response.body.isEmpty { return .null }
        guard let value = try? JSONValue(parsing: response.body) else { throw malformed("the answer is no JSON") }
        return value
    }

    private func request(_ question: Question) -> HTTPRequest {
        let limit = question.purpose == .order ? settings.orderLimit : settings.questionLimit
        let seconds = max(0.001, limit / .seconds(1))
        var limits = HTTPLimits()
        limits.connectSeconds = min(limits.connectSeconds, seconds)
        limits.firstByteSeconds = seconds
        limits.idleSeconds = seconds
        limits.totalSeconds = seconds
        limits.bodyBytesMax = settings.answerBytesMax
        var headers = question.headers
        headers["Accept"] = "application/json"
        if question.body != nil { headers["Content-Type"] = "application/json" }
        headers[settings.keyHeader] = settings.keyPrefix + (key ?? "")
        let base = settings.base.hasSuffix("/") ? String(settings.base.dropLast()) : settings.base
        return HTTPRequest(
            question.method,
            base + question.path,
            headers: headers,
            body: question.body?.bytes ?? [],
            limits: limits
        )
    }

    // MARK: What went wrong

    /// What of the settings makes it impossible to ask.
    private func mistake() -> AvatarError? {
        guard let key, !key.isEmpty else { return AvatarError(.notSetUp, "\(name): no key is set") }
        guard key.utf8.count <= 4096, key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return AvatarError(.notSetUp, "\(name): the key holds blanks or signs that no key has")
        }
        guard let url = RequestURL(settings.base), url.scheme == "https" || url.isLoopback else {
            return AvatarError(.notSetUp, "\(name): the base must be an https address")
        }
        return nil
    }

    private func skipped(for time: Duration?) -> AvatarError {
        AvatarError(.skipped, "\(name): it failed too often and is left alone for a while", retryAfter: time)
    }

    private func failure(_ error: HTTPClientError, _ purpose: Purpose) -> AvatarError {
        let wasSent = purpose == .order && error.requestWasSent
        let code: AvatarError.Code =
            switch error.code {
            case .cancelled, .closed: .cancelled
            case .hostRefused, .invalidRequest, .addressRefused: .notSetUp
            case .bodyTooLarge, .headersTooLarge, .malformedResponse, .redirectRefused: .malformed
            case _ where wasSent: .unknownOutcome
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
            default: .unreachable
            }
        return AvatarError(code, "\(name): \(error.code.rawValue)", mayHaveBeenTaken: wasSent)
    }

    private func refusal(_ response: HTTPResponse, _ purpose: Purpose) -> AvatarError {
        let fault = (try? JSONValue(parsing: response.body)).flatMap(ServiceFault.init)
        let wait = response.headers["retry-after"].flatMap { RetryAfter.duration($0, at: account.now()) }
        return error(fault, status: response.status, purpose, retryAfter: wait)
    }

    /// What a fault means.
    ///
    /// - Parameters:
    ///   - fault: what the service says of it.
    ///   - status: of the answer; some services tell of faults with 200.
    ///   - purpose: what was asked.
    ///   - retryAfter: how long it wants to be left alone.
    /// - Returns: an error with our own words.
    func error(
        _ fault: ServiceFault?,
        status: Int,
        _ purpose: Purpose,
        retryAfter: Duration? = nil
    ) -> AvatarError {
        let code = AvatarLine.code(of: fault, status: status, purpose)
        // A gateway gave up, or so it may be: what lies behind it may have taken the order.
        let isUncertain =
            status == 408 || (status >= 500 && status != 503 && fault == nil) || code == .inProgress
        let reason = AvatarLine.reasons[code] ?? "it does not take the request"
        return AvatarError(
            code,
            "\(name): \(reason) (\(status)\(fault.map { $0.code.isEmpty ? "" : " \($0.code)" } ?? ""))",
            field: fault?.field,
            retryAfter: retryAfter,
            mayHaveBeenTaken: purpose == .order && isUncertain,
            detail: fault.map { SafeText.line($0.message, hiding: key) } ?? ""
        )
    }

    func malformed(_ what: String) -> AvatarError { AvatarError(.malformed, "\(name): \(what)") }

    private static func code(of fault: ServiceFault?, status: Int, _ purpose: Purpose) -> AvatarError.Code {
        let kind = fault?.kind ?? .other
        switch status {
        case 401: return .unauthorized
        case 402: return .outOfCredit
        case 404, 410: return .notFound
        case 408: return .timedOut
        case 409: return purpose == .order ? .inProgress : .rejected
        case 429: return kind == .outOfCredit ? .outOfCredit : .rateLimited
        case 451: return .refused
        case 500...: return .unavailable
        default: break
        }
        return switch kind {
        case .unauthorized: .unauthorized
        case .outOfCredit: .outOfCredit
        case .refused: .refused
        case .rateLimited: .rateLimited
        case .other: status == 403 ? .forbidden : .rejected
        }
    }

    private static let reasons: [AvatarError.Code: String] = [
        .unauthorized: "the key is refused", .forbidden: "the key may not do this",
        .outOfCredit: "there is no money left", .rateLimited: "it asks to slow down",
        .refused: "its rules forbid the content", .notFound: "it knows no such film",
        .inProgress: "the same order is being taken", .unavailable: "it is in trouble", .timedOut: "it gave up waiting",
    ]

    private func note(_ error: AvatarError, _ purpose: Purpose) {
        let elapsed = account.stopwatch.elapsed
        state.withLock { state in
            switch error.code {
            case .cancelled, .notSetUp: state[purpose].recordNothing(at: elapsed)
            // It answers, and well.
            case .refused, .rejected, .notFound, .inProgress: state[purpose].recordSuccess()
            default:
                var breaker = state[purpose]
                let isSure = [.rateLimited, .unauthorized, .forbidden, .outOfCredit].contains(error.code)
                breaker.recordFailure(
                    at: elapsed,
                    retryAfter: error.retryAfter,
                    atOnce: isSure,
                    using: &state.random
                )
                state[purpose] = breaker
            }
        }
    }
}

extension AvatarError {
    fileprivate var afterTaking: AvatarError {
        AvatarError(
            code,
            message,
            field: field,
            retryAfter: retryAfter,
            mayHaveBeenTaken: true,
            detail: detail
        )
    }
}

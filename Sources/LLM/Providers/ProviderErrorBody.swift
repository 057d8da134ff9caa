import JSON

/// What a provider says about a failure, in whichever of their shapes.
///
/// `{"error":{…}}` (OpenAI and most others), the same in a list (Gemini), `{"code":"…","error":"…"}` and `{"error":"…"}`
/// (xAI, Ollama), `{"type":"error","error":{…}}` (Anthropic), and `{"object":"error",…}` (older vLLM).
struct ProviderErrorBody: Hashable, Sendable {
    let message: String
    /// Its type and its code: words, or a status as a number.
    private let words: Set<String>
    private let status: Int?
    private let body: JSONValue
    private let isJSON: Bool

    /// No more of a provider's text is kept.
    private static let messageMax = 500

    init(_ json: JSONValue, isJSON: Bool = true) {
        self.isJSON = isJSON
        let outer = json.array?.first ?? json
        let inner = outer["error"].flatMap { $0.object == nil ? nil : $0 } ?? outer
        body = inner
        let texts = [inner["message"], inner["error"], outer["error"], outer["message"]]
        let text = texts.lazy.compactMap { $0?.string }.first ?? ""
        message = String(text.prefix(ProviderErrorBody.messageMax))
        let named = [
            inner["type"], inner["code"], inner["status"], outer["code"], inner["details"]?["error_code"],
        ]
        words = Set(named.compactMap { $0?.string?.lowercased() })
        let numbers = [inner["status_code"], inner["code"], outer["status_code"]].compactMap { $0?.int }
        status = numbers.first { (400...599).contains($0) }.flatMap { Int(exactly: $0) }
    }

    /// - Parameter bytes: of an answer's body; what is no JSON is kept as words for the log.
    init(parsing bytes: [UInt8]) {
        do throws(JSONSyntaxError) {
            self.init(try JSONValue(parsing: bytes))
        } catch {
            self.init(["message": .string(String(decoding: bytes.prefix(200), as: UTF8.self))], isJSON: false)
        }
    }

    // MARK: What it means

    /// - Parameter answered: the status of the answer; `nil` when the failure came after a good one.
    /// - Returns: the failure, without the hints of the answer's headers.
    func failure(status answered: Int?) -> ModelFailure {
        // A good status says nothing.
        let bad = answered.flatMap { $0 >= 300 ? $0 : nil } ?? status
        var failure = ModelFailure(kind(bad), status: answered ?? status, detail: message)
        failure.retryAfter = retryDelay
        if isDailyQuota {
            failure.shouldRetry = false
            failure.retryAfter = .seconds(3600)
        }
        return failure
    }

    private func kind(_ status: Int?) -> ModelFailure.Kind {
        if status == 402 || says(ProviderErrorBody.money)
            || mentions("credit balance", "spend limit", "api usage limits")
        {
            return .outOfMoney
        }
        if says(["context_length_exceeded", "exceed_context_size_error", "request_too_large"]) || status == 413
            || mentions("prompt is too long", "context size", "context length")
        {
            return .contextTooLong
        }
        // Some refuse what was asked with the status of a wrong key.
        if says(["content_policy_violation", "content_filter"]) || body["metadata"]?["flagged_input"] != nil
            || mentions("violates usage guidelines", "requires moderation")
        {
            return .contentRefused
        }
        if says(["tool_use_failed", "json_validate_failed"]) { return .badOutput }
        // One provider calls a wrong key a bad request.
        if says(["invalid_api_key", "authentication_error", "permission_error"]) || mentions("incorrect api key") {
            return .keyRefused
        }
        if says(["model_not_found", "not_found_error"]) { return .unknownModel }
        if says(["rate_limit_error", "rate_limit_exceeded", "slow_down", "resource_exhausted"]) { return .rateLimited }
        if says(["overloaded_error", "server_is_overloaded", "unavailable_error", "capacity_exceeded", "unavailable"]) {
            return .overloaded
        }
        if says(["timeout_error"]) { return .timedOut }
        return status.map(ProviderErrorBody.kind) ?? unstatedKind
    }

    /// After a good status and without one of its own.
    private var unstatedKind: ModelFailure.Kind {
        guard isJSON else { return .malformed }
        if mentions("unavailable") { return .overloaded }
        return says(["invalid_request_error"]) ? .badRequest : .serverError
    }

    private static func kind(_ status: Int) -> ModelFailure.Kind {
        switch status {
        case 401, 403: .keyRefused
        case 404, 410: .unknownModel
        case 408, 504, 524: .timedOut
        case 429: .rateLimited
        case 498, 503, 529: .overloaded
        case 409, 499, 500...599: .serverError
        case 400...499: .badRequest
        // An answer that should have been a stream, and is neither that nor an error.
        default: .malformed
        }
    }

    private static let money: Set<String> = [
        "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "enforced_spend_limit_reached",
        "contract_spend_limit_reached", "billing_error",
    ]

    private func says(_ some: Set<String>) -> Bool { !words.isDisjoint(with: some) }

    private func mentions(_ parts: String...) -> Bool {
        let text = message.lowercased()
        return parts.contains { text.contains($0) } || words.contains { word in parts.contains { word.contains($0) } }
    }

    // MARK: Hints in the body

    private var details: [JSONValue] { body["details"]?.array ?? [] }

    /// Gemini's: `"retryDelay": "34.4s"`.
    private var retryDelay: Duration? {
        details.lazy.compactMap { $0["retryDelay"]?.string }.first.flatMap { text in
            guard text.hasSuffix("s"), let seconds = Double(text.dropLast()), (0...86_400).contains(seconds) else {
                return nil
            }
            return .seconds(seconds)
        }
    }

    /// A quota that comes back tomorrow.
    private var isDailyQuota: Bool {
        details.contains { detail in
            (detail["violations"]?.array ?? []).contains { $0["quotaId"]?.string?.hasSuffix("PerDay") ?? false }
        }
    }
}

import HTTPTypes
import Hummingbird
import JSON

/// An error as clients of OpenAI's interface know it: `{"error":{"message","type","param","code"}}`.
struct CompletionError: Error, Hashable, Sendable {
    let status: HTTPResponse.Status
    let type: String
    let code: String?
    let message: String
    /// The field that is at fault.
    let param: String?
    /// After so many seconds it is worth asking again.
    var retryAfterSeconds: Int?

    private init(_ status: HTTPResponse.Status, type: String, code: String?, message: String, param: String? = nil) {
        self.status = status
        self.type = type
        self.code = code
        self.message = message
        self.param = param
    }

    init(_ error: APIError) {
        let fault = error.faults.first
        let message =
            error.faults.isEmpty
            ? error.message : error.faults.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
        self =
            switch error.code {
            case .methodNotAllowed, .unsupportedMediaType:
                CompletionError(error.code.status, type: "invalid_request_error", code: nil, message: message)
            case .badRequest, .invalidInput, .messageTooLong, .upgradeRequired, .invalidBallot, .badSignature:
                CompletionError(
                    .badRequest,
                    type: "invalid_request_error",
                    code: nil,
                    message: message,
                    param: fault?.field
                )
            case .tooLarge:
                CompletionError(
                    .contentTooLarge,
                    type: "invalid_request_error",
                    code: "context_length_exceeded",
                    message: message
                )
            case .priceCapExceeded:
                CompletionError(
                    .badRequest,
                    type: "invalid_request_error",
                    code: error.code.rawValue,
                    message: message,
                    param: "max_completion_tokens"
                )
            case .unauthorized:
                CompletionError(
                    .unauthorized,
                    type: "invalid_request_error",
                    code: "invalid_api_key",
                    message: message
                )
            case .forbidden, .spendingPaused, .tierRequired, .noWeight, .insufficientTokens:
                CompletionError(.forbidden, type: "permission_error", code: error.code.rawValue, message: message)
            case .notFound:
                CompletionError(.notFound, type: "invalid_request_error", code: "model_not_found", message: message)
            case .conflict, .votingClosed:
                CompletionError(.conflict, type: "invalid_request_error", code: "conflict", message: message)
            case .tooManyRequests:
                CompletionError(
                    .tooManyRequests,
                    type: "requests",
                    code: "rate_limit_exceeded",
                    message: message
                )
            // What this interface says of an account without money.
            case .insufficientCredits:
                CompletionError(
                    .tooManyRequests,
                    type: "insufficient_quota",
                    code: "insufficient_quota",
                    message: message
                )
            case .allProvidersFailed, .unavailable:
                CompletionError(
                    .serviceUnavailable,
                    type: "service_unavailable_error",
                    code: error.code.rawValue,
                    message: message
                )
            case .internalError:
                CompletionError(.internalServerError, type: "server_error", code: nil, message: message)
            }
        retryAfterSeconds = error.refusal?.retryAfter ?? error.retryAfterSeconds
    }

    var body: JSONValue {
        [
            "error": [
                "message": .string(message), "type": .string(type), "param": param.map { .string($0) } ?? .null,
                "code": code.map { .string($0) } ?? .null,
            ]
        ]
    }

    func response() throws -> Response {
        var response = try JSONAnswer.response(body, status: status)
        // Asking again does not help where money is missing.
        if code == "insufficient_quota" { response.headers[.shouldRetry] = "false" }
        if let retryAfterSeconds { response.headers[.retryAfter] = "\(retryAfterSeconds)" }
        return response
    }
}

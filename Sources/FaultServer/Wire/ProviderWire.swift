import JSON

/// How a provider speaks.
enum ProviderWire: Hashable, Sendable {
    /// `/v1/chat/completions`, as OpenAI and most others do.
    case chat
    /// Anthropic's `/v1/messages`.
    case messages
    /// `/v1/responses`, with the errors of xAI.
    case responses

    /// What it says when something is wrong.
    ///
    /// - Parameters:
    ///   - status: of the answer, from which follows what kind of error it is.
    ///   - message: what is wrong; its usual words when missing.
    ///   - code: for programs, where the provider has such.
    ///   - request: the id of the request.
    /// - Returns: the body of its answer.
    func errorBody(status: Int, message: String? = nil, code: String? = nil, request: String) -> JSONValue {
        let message = message ?? "The server was told to answer with an error (\(status))."
        switch self {
        case .chat:
            let (type, usualCode) = ProviderWire.chatWords(status)
            return [
                "error": [
                    "message": .string(message), "type": .string(type), "param": .null,
                    "code": (code ?? usualCode).map { .string($0) } ?? .null,
                ]
            ]
        case .messages:
            return [
                "type": "error", "request_id": .string(request),
                "error": ["type": .string(ProviderWire.messagesWord(status)), "message": .string(message)],
            ]
        case .responses:
            return ["code": .string(code ?? ProviderWire.responsesWords(status)), "error": .string(message)]
        }
    }

    private static func chatWords(_ status: Int) -> (type: String, code: String?) {
        switch status {
        case 401: ("invalid_request_error", "invalid_api_key")
        case 429: ("requests", "rate_limit_exceeded")
        case 503: ("service_unavailable_error", "server_is_overloaded")
        case 400..<500: ("invalid_request_error", nil)
        default: ("server_error", nil)
        }
    }

    private static func responsesWords(_ status: Int) -> String {
        switch status {
        case 401, 403: "The caller does not have permission to execute the specified operation"
        case 404: "Some requested entity was not found"
        case 429: "Some resource has been exhausted"
        case 400..<500: "Client specified an invalid argument"
        case 503: "The service is currently unavailable"
        default: "Internal error"
        }
    }

    private static func messagesWord(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        case 504: "timeout_error"
        case 529: "overloaded_error"
        default: "api_error"
        }
    }

    /// The header that a request's id is in.
    var requestIDHeader: String {
        switch self {
        case .chat, .responses: "x-request-id"
        case .messages: "request-id"
        }
    }
}

import NIOHTTP1

/// What a request is for.
enum Endpoint: Hashable, Sendable {
    case call(ProviderWire)
    case models
    case report
    case script
    case reset
    case unknown
    /// The path is known, but not for this.
    case wrongMethod

    /// - Parameters:
    ///   - method: of the request.
    ///   - uri: with or without a query.
    init(_ method: HTTPMethod, _ uri: String) {
        let (wanted, endpoint): (HTTPMethod, Endpoint) =
            switch uri.prefix(while: { $0 != "?" }) {
            case "/v1/chat/completions": (.POST, .call(.chat))
            case "/v1/messages": (.POST, .call(.messages))
            case "/v1/responses": (.POST, .call(.responses))
            case "/v1/models": (.GET, .models)
            case "/_faults/report": (.GET, .report)
            case "/_faults/script": (.PUT, .script)
            case "/_faults/reset": (.POST, .reset)
            default: (method, .unknown)
            }
        self = method == wanted ? endpoint : .wrongMethod
    }
}

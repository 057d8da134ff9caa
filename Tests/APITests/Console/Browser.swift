import HTTPClient

@testable import API

/// What a browser sends with its requests.
struct Browser {
    let ask: TestListener.Ask
    /// Whose session it has, in the words of the test listener.
    var cookie: String?
    /// The scheme under which it sees the station.
    var scheme = "http"

    func get(_ path: String) async throws -> HTTPResponse { try await ask(.get, path, headers) }

    /// Sends a form; one of ours unless another origin or token is given.
    func post(
        _ path: String,
        _ fields: [String: String],
        origin: String? = nil,
        token: String? = nil
    ) async throws -> HTTPResponse {
        var headers = headers
        headers["origin"] = origin ?? "\(scheme)://127.0.0.1:\(ask.port)"
        headers["content-type"] = "application/x-www-form-urlencoded"
        var fields = fields
        fields[FormToken.field] = token ?? cookie.map { FormToken(secret: $0).text }
        let start: OwnPath = "/"
        let form = fields.sorted { $0.key < $1.key }
            .map { name, value in "\(name)=\(start.asking("v", value).text.dropFirst(4))" }
            .joined(separator: "&")
        return try await ask(.post, path, headers, form)
    }

    private var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["accept": "text/html,application/xhtml+xml,*/*;q=0.8", "user-agent": "Browser/1"]
        if let cookie { headers["cookie"] = "cryptocall_session=\(cookie)" }
        return headers
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

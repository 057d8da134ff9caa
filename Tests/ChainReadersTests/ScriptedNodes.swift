import HTTPClient
import JSON
import Threading

/// Nodes of a chain that answer by script, told apart by the host in their URL.
final class ScriptedNodes: HTTPTransport {
    /// What a node does with one question.
    enum Act: Sendable {
        case result(JSONValue)
        case error(Int64, String, data: JSONValue = .null)
        case status(Int, headers: HTTPHeaders = [:], body: String = "")
        case silent
    }

    typealias Script = @Sendable (_ node: String, _ method: String, _ params: [JSONValue]) -> Act

    private let script: Script
    private let state = Mutex<[String]>([])

    init(_ script: @escaping Script) { self.script = script }

    /// What was asked, as `node method`, in the order in which it came.
    var asked: [String] { state.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        let node = String(request.url.dropFirst("http://".count))
        let body = try? JSONValue(parsing: request.body)
        let method = body?["method"]?.string ?? ""
        state.withLock { $0.append("\(node) \(method)") }
        switch script(node, method, body?["params"]?.array ?? []) {
        case .result(let value):
            return HTTPResponse(
                status: 200,
                body: JSONValue.object(["jsonrpc": "2.0", "id": 1, "result": value]).bytes
            )
        case .error(let code, let message, let data):
            let error: JSONValue = ["code": .int(code), "message": .string(message), "data": data]
            return HTTPResponse(status: 200, body: JSONValue.object(["jsonrpc": "2.0", "id": 1, "error": error]).bytes)
        case .status(let status, let headers, let body):
            return HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
        case .silent: throw HTTPClientError(.totalTimeout)
        }
    }

    func stream(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPStreamedResponse {
        throw HTTPClientError(.invalidRequest)
    }
}

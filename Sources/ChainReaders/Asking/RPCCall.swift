import Bus
import HTTPClient
import JSON

/// One JSON-RPC 2.0 question, and how its answer is told from a failure.
struct RPCCall: Hashable, Sendable {
    let method: String
    let params: [JSONValue]

    init(_ method: String, _ params: [JSONValue] = []) {
        self.method = method
        self.params = params
    }

    var body: [UInt8] {
        JSONValue.object([
            "jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .array(params),
        ]).bytes
    }

    /// The result in an answer.
    ///
    /// - Parameters:
    ///   - response: the answer.
    ///   - now: when it came.
    /// - Returns: the result.
    /// - Throws: `ChainError` for everything that is no result.
    static func result(of response: HTTPResponse, at now: Timestamp) throws(ChainError) -> JSONValue {
        let parsed: JSONValue?
        do throws(JSONSyntaxError) {
            parsed = try JSONValue(parsing: response.body)
        } catch {
            parsed = nil
        }
        if let failure = parsed?["error"], !failure.isNull { throw error(failure, response, now) }
        guard response.isSuccess else { throw error(ofStatus: response, now) }
        guard let parsed, let result = parsed.object?["result"] else {
            throw ChainError(.malformed, "no JSON-RPC answer in \(response.body.count) bytes")
        }
        return result
    }

    private static func error(ofStatus response: HTTPResponse, _ now: Timestamp) -> ChainError {
        let detail = "status \(response.status)"
        switch response.status {
        case 429: return ChainError(.rateLimited, detail, retryAfter: wait(response, now))
        case 400, 404, 405, 413, 415, 422: return ChainError(.malformed, detail)
        default: return ChainError(.unavailable, detail, retryAfter: wait(response, now))
        }
    }

    private static func error(_ failure: JSONValue, _ response: HTTPResponse, _ now: Timestamp) -> ChainError {
        let (number, message) = (failure["code"]?.int ?? 0, String((failure["message"]?.string ?? "").prefix(300)))
        let detail = "\(number) \(message)"
        if response.status == 429 || number == 429 {
            return ChainError(.rateLimited, detail, retryAfter: wait(response, now))
        }
        switch number {
        case -32002:
            let cause = failure["data"]?["err"].map { String(decoding: $0.bytes.prefix(300), as: UTF8.self) } ?? ""
            return ChainError(.preflight, cause.isEmpty ? detail : "\(detail) \(cause)")
        case 3: return ChainError(.reverted, detail)
        case -32000 where isOfContract(message): return ChainError(.reverted, detail)
        case -32005 where failure["data"]?["numSlotsBehind"] != nil || message.lowercased().contains("behind"):
            return ChainError(.behind, detail)
        case -32005: return ChainError(.rateLimited, detail, retryAfter: wait(response, now))
        case -32016, -32004, -32014: return ChainError(.behind, detail)
        case -32003, -32013, -32015, -32600, -32602: return ChainError(.rejected, detail)
        default: return ChainError(.unavailable, detail)
        }
    }

    /// Whether a message is about what a contract did: nodes have no number in common for it.
    private static func isOfContract(_ message: String) -> Bool {
        let text = message.lowercased()
        return ["revert", "out of gas", "invalid opcode", "stack underflow", "bad jump"].contains { text.contains($0) }
    }

    private static func wait(_ response: HTTPResponse, _ now: Timestamp) -> Duration? {
        response.headers["Retry-After"].flatMap { RetryAfter.duration($0, at: now) }
    }
}

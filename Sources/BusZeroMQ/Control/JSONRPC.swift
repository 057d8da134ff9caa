package import JSON

/// JSON-RPC 2.0 as the control endpoint speaks it: one request per message, each with an `id`.
package enum JSONRPC {
    /// A request that has been read and checked for form.
    package struct Request: Hashable, Sendable {
        /// A text or a whole number, chosen by the caller.
        package let id: JSONValue
        package let method: String
        /// An object; empty when the request had none.
        package let params: [String: JSONValue]
    }

    /// Reads one request.
    ///
    /// - Throws: the error to answer with; its `id` is the request's where that could be read.
    package static func parse(_ bytes: some Collection<UInt8>) throws(JSONRPCError) -> Request {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch { throw .notJSON("\(error)") }
        guard case .object(let members) = value else { throw .notRequest("one request per message, as an object") }
        guard let id = members["id"], isID(id) else {
            throw .notRequest("id is missing, or neither a text of at most 128 bytes nor a whole number")
        }
        guard members["jsonrpc"] == "2.0" else { throw .notRequest("jsonrpc must be \"2.0\"").answering(id) }
        guard let method = members["method"]?.string, !method.isEmpty, method.utf8.count <= 64 else {
            throw .notRequest("method is missing or no short text").answering(id)
        }
        switch members["params"] {
        case .object(let params): return Request(id: id, method: method, params: params)
        case nil, .null: return Request(id: id, method: method, params: [:])
        default: throw .badParameters("params", "params must be an object").answering(id)
        }
    }

    private static func isID(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.count <= 128
        case .int: true
        default: false
        }
    }

    // MARK: Writing

    /// A request to send.
    package static func request(id: String, method: String, params: [String: JSONValue]) -> [UInt8] {
        JSONValue.object(["jsonrpc": "2.0", "id": .string(id), "method": .string(method), "params": .object(params)])
            .bytes
    }

    /// The answer to a request that succeeded, around the JSON text of its result.
    package static func answer(_ id: JSONValue, result: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(result.count + 96)
        bytes.append(contentsOf: #"{"jsonrpc":"2.0","id":"#.utf8)
        id.write(to: &bytes)
        bytes.append(contentsOf: #","result":"#.utf8)
        bytes.append(contentsOf: result)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The answer to a request that failed.
    package static func answer(_ error: JSONRPCError) -> [UInt8] {
        var body: [String: JSONValue] = ["code": .int(Int64(error.code)), "message": .string(error.message)]
        body["data"] = error.data.isEmpty ? nil : .object(error.data)
        return JSONValue.object(["jsonrpc": "2.0", "id": error.id, "error": .object(body)]).bytes
    }

    /// A notification of how far a request has got.
    package static func progress(_ id: JSONValue, _ fields: [String: JSONValue]) -> [UInt8] {
        var params = fields
        params["id"] = id
        return JSONValue.object(["jsonrpc": "2.0", "method": "progress", "params": .object(params)]).bytes
    }
}

/// An error answer of the control endpoint.
package struct JSONRPCError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Int
    /// For people; says nothing that the caller may not know.
    package let message: String
    /// For programs, such as the name of the bad parameter.
    package let data: [String: JSONValue]
    /// The request's id; null where none could be read.
    package private(set) var id: JSONValue = .null

    package init(code: Int, message: String, data: [String: JSONValue] = [:]) {
        self.code = code
        self.message = message
        self.data = data
    }

    package func answering(_ id: JSONValue) -> JSONRPCError {
        var copy = self
        copy.id = id
        return copy
    }

    package var description: String { "\(message) (\(code))" }

    package static func notJSON(_ why: String) -> JSONRPCError {
        JSONRPCError(code: -32700, message: "not JSON: \(why)")
    }

    package static func notRequest(_ why: String) -> JSONRPCError {
        JSONRPCError(code: -32600, message: "not a request: \(why)")
    }

    package static func unknownMethod(_ method: String) -> JSONRPCError {
        JSONRPCError(code: -32601, message: "unknown method \(method)")
    }

    package static func badParameters(_ field: String, _ why: String) -> JSONRPCError {
        JSONRPCError(code: -32602, message: "bad parameters: \(why)", data: ["field": .string(field)])
    }

    package static func failedInside(_ why: String) -> JSONRPCError {
        JSONRPCError(code: -32603, message: "failed inside: \(why)")
    }

    package static func notPermitted(needs role: ControlRole) -> JSONRPCError {
        JSONRPCError(
            code: -32001,
            message: "not permitted: this needs the role \(role.rawValue)",
            data: ["role": .string(role.rawValue)]
        )
    }

    package static let busy = JSONRPCError(code: -32002, message: "busy: too many requests are waiting, try again")

    package static func notFound(_ what: String) -> JSONRPCError {
        JSONRPCError(code: -32003, message: "not found: \(what)")
    }

    package static func refused(_ reason: String, problems: [String] = []) -> JSONRPCError {
        var data: [String: JSONValue] = ["reason": .string(reason)]
        if !problems.isEmpty { data["problems"] = .array(problems.map(JSONValue.string)) }
        return JSONRPCError(code: -32004, message: "refused: \(reason)", data: data)
    }

    package static func unavailable(_ reason: String) -> JSONRPCError {
        JSONRPCError(code: -32005, message: "unavailable: \(reason)", data: ["reason": .string(reason)])
    }

    /// The change was made; who asks again makes it again.
    package static let doneWithoutAudit = JSONRPCError(
        code: -32007,
        message: "it is done, but could not be written to the audit log",
        data: ["done": true]
    )

    package static func agedOut(oldest: UInt64) -> JSONRPCError {
        JSONRPCError(
            code: -32006,
            message: "that position has aged out",
            data: ["oldest": .int(Int64(clamping: oldest))]
        )
    }
}

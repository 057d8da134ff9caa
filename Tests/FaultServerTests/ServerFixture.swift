import FaultServer
import JSON

/// A server with one model, and what can be asked of it.
struct ServerFixture {
    let server: RunningFaultServer

    /// - Parameters:
    ///   - behaviour: of the model `m`.
    ///   - body: what is done with the server.
    /// - Throws: what the body throws.
    static func run(_ behaviour: JSONValue, _ body: (_ fixture: ServerFixture) async throws -> Void) async throws {
        let script = try FaultScript(["models": ["m": behaviour]], directory: directory)
        let server = try await FaultServer(script: script).start()
        do {
            try await body(ServerFixture(server: server))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Where the tests are.
    static let directory = String(#filePath.dropLast("/ServerFixture.swift".count))

    func connect() async throws -> RawConnection { try await RawConnection(port: server.port) }

    static func request(_ method: String, _ path: String, _ body: String = "", headers: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nhost: x\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    static func chat(stream: Bool = true, usage: Bool = false) -> String {
        let body: JSONValue = [
            "model": "m", "stream": .bool(stream), "stream_options": ["include_usage": .bool(usage)],
            "messages": [
                ["role": "system", "content": "Be brief."],
                ["role": "user", "content": [["type": "text", "text": "Two words"]]],
            ],
        ]
        return request("POST", "/v1/chat/completions", body.description)
    }

    static func messages(stream: Bool = true) -> String {
        let body: JSONValue = [
            "model": "m", "stream": .bool(stream), "max_tokens": 10, "system": "Be brief.",
            "messages": [["role": "user", "content": "Two words"]],
        ]
        return request("POST", "/v1/messages", body.description, headers: "anthropic-version: 2023-06-01\r\n")
    }

    static func responses(stream: Bool = true, search: Bool = true) -> String {
        let body: JSONValue = [
            "model": "m", "stream": .bool(stream), "tools": search ? [["type": "x_search"]] : [],
            "input": [
                ["role": "system", "content": "Be brief."],
                ["role": "user", "content": [["type": "input_text", "text": "Two words"]]],
            ],
        ]
        return request("POST", "/v1/responses", body.description)
    }

    /// Asks on a connection of its own, and reads to the end of the answer or of the connection.
    func ask(_ request: String) async throws -> RawAnswer {
        let connection = try await connect()
        try await connection.send(request)
        let answer = await connection.readAnswer()
        await connection.close()
        guard let answer else { throw NoAnswer(end: connection.end) }
        return answer
    }

    struct NoAnswer: Error {
        let end: RawConnection.End?
    }

    /// Waits until the model's account says so.
    func model(where condition: (_ model: FaultReport.Model) -> Bool) async throws -> FaultReport.Model {
        let report = try await server.report { report in report.models["m"].map(condition) ?? false }
        return report.models["m"] ?? FaultReport.Model()
    }
}

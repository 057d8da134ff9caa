import Domain
import HTTPTypes
import Hummingbird
import JSON

/// One door of the HTTP interface: what it is called, who may use it, what goes in and what comes out.
///
/// What the published document says of it is recorded from the same types that are read and written.
package struct Route: Sendable {
    /// Who may use it.
    package enum Access: Hashable, Sendable {
        /// Whoever can reach the listener.
        case anyone
    }

    /// What may come out.
    struct Answer: Sendable {
        let status: Int
        let summary: String
        let contentType: String
        let schema: SchemaNode
    }

    /// What one call is about.
    package struct Call: Sendable {
        package let requestID: String
        /// The parts of the path that its template names.
        package let parameters: [String: String]
    }

    /// A value that goes out, and the status it goes out with.
    package struct Reply<Value: Codable & Sendable>: Sendable {
        package let value: Value
        /// One of those that the route lists.
        package let status: Int

        package init(_ value: Value, status: Int = 200) {
            self.value = value
            self.status = status
        }
    }

    package let method: String
    /// Such as `/api/keys/{id}`.
    package let path: String
    package let access: Access
    /// One line, for people.
    package let summary: String
    /// Under which heading the published document lists it.
    package let group: String
    let query: SchemaNode?
    let body: SchemaNode?
    let answers: [Answer]
    let respond: @Sendable (Request, Call) async throws -> Response
}

/// Nothing may stand behind the question mark.
package struct NoQuery: Decodable, Hashable, Sendable {
    private enum Key: CodingKey {}

    package init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
}

extension Route {
    static let json = "application/json"

    /// A route that only reads, and answers in JSON.
    ///
    /// - Parameters:
    ///   - path: its template.
    ///   - access: who may use it.
    ///   - summary: one line, for people.
    ///   - group: the heading it stands under.
    ///   - query: what may stand behind the question mark; its fields become parameters.
    ///   - answers: what each status means; the value is the same.
    ///   - body: makes the answer.
    /// - Returns: the route.
    /// - Throws: `SchemaError` when one of the types cannot be described.
    package static func get<Query: Decodable & Sendable, Value: Codable & Sendable>(
        _ path: String,
        access: Access,
        summary: String,
        group: String,
        query: Query.Type,
        answers: [Int: String],
        _ body: @escaping @Sendable (Query, Call) async throws(APIError) -> Reply<Value>
    ) throws -> Route {
        let schema = try SchemaRecorder.schema(of: Value.self)
        return Route(
            method: "GET",
            path: path,
            access: access,
            summary: summary,
            group: group,
            query: try SchemaRecorder.schema(of: query),
            body: nil,
            answers: answers.sorted { $0.key < $1.key }.map {
                Answer(status: $0.key, summary: $0.value, contentType: json, schema: schema)
            }
        ) { request, call in
            let input = try QueryInput(request.uri.query).value
            let reply = try await body(try InputDecoder.decode(Query.self, from: input, form: .texts), call)
            return try JSONAnswer.response(reply.value, status: HTTPResponse.Status(code: reply.status))
        }
    }

    /// A route that answers with a text of another kind.
    package static func text(
        _ path: String,
        access: Access,
        summary: String,
        group: String,
        contentType: String,
        _ body: @escaping @Sendable () throws(APIError) -> String
    ) -> Route {
        Route(
            method: "GET",
            path: path,
            access: access,
            summary: summary,
            group: group,
            query: nil,
            body: nil,
            answers: [Answer(status: 200, summary: summary, contentType: contentType, schema: ["type": "string"])]
        ) { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: contentType],
                body: .init(byteBuffer: ByteBuffer(string: try body()))
            )
        }
    }
}

package import Domain
import HTTPTypes
import Hummingbird
package import Identity
import JSON
import NIOCore

/// One door of the HTTP interface: what it is called, who may use it, what goes in and what comes out.
///
/// What the published document says of it is recorded from the same types that are read and written.
package struct Route: Sendable {
    /// Who may use it.
    package enum Access: Hashable, Sendable {
        /// Whoever can reach the listener.
        case anyone
        /// Whoever has this role or a higher one, with a credential that may be used for this.
        case role(Role, scope: Scope)
    }

    /// What may come out.
    struct Answer: Sendable {
        let status: Int
        let summary: String
        /// What it is made of; `nil` for an answer without a body.
        let content: Content?
    }

    struct Content: Sendable {
        let type: String
        let schema: RouteSchema
    }

    /// What one call is about.
    package struct Call: Sendable {
        package let requestID: String
        /// The parts of the path that its template names.
        package let parameters: [String: String]
        /// Who asks; `nil` only on routes for anyone.
        package let principal: Principal?
        /// Where the request comes from; `nil` when the connection is gone already.
        let client: IPAddress?
        /// What the client calls itself; empty when it does not say.
        package let userAgent: String
        /// Its place among those under way, where their number is limited.
        ///
        /// It is taken for as long as the call is kept: an answer that goes on after its route has returned keeps it.
        let slot: ConcurrencySlot?
        /// The connection it came by, for answers that go on living on it.
        let channel: any Channel

        /// Where the request comes from, in text: without a port, empty when that is not known.
        package var address: String { client?.description ?? "" }
    }

    package let method: String
    /// Such as `/api/keys/{id}`.
    package let path: String
    package let access: Access
    /// One line, for people.
    package let summary: String
    /// Under which heading the published document lists it.
    package let group: String
    package let limit: LimitClass
    let query: RouteSchema?
    let body: Content?
    let answers: [Answer]
    let respond: @Sendable (Request, Call) async throws -> Response
}

/// Nothing may stand behind the question mark.
package struct NoQuery: Decodable, Hashable, Sendable {
    private enum Key: CodingKey {}

    package init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
}

/// An answer without a body.
package struct NoContent: Codable, Hashable, Sendable {
    package init() {}
}

extension Route {
    static let json = "application/json"
    /// What a route takes unless it says otherwise.
    package static let bodyBytesMax = 64 * 1024

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

    /// The answers of a route that always answers with the same type, or without a body.
    private static func listed<Value: Codable & Sendable>(
        _ answers: [Int: String],
        _ value: Value.Type
    ) throws -> [Answer] {
        let content =
            Value.self == NoContent.self ? nil : Content(type: json, schema: try RouteSchema(of: value))
        return answers.sorted { $0.key < $1.key }.map { Answer(status: $0.key, summary: $0.value, content: content) }
    }

    /// Writes a reply, provided that its status is one that the published document lists.
    private static func response<Value: Codable & Sendable>(
        _ reply: Reply<Value>,
        _ listed: [Answer]
    ) throws -> Response {
        guard listed.contains(where: { $0.status == reply.status }) else {
            throw UnlistedStatus(status: reply.status)
        }
        let status = HTTPResponse.Status(code: reply.status)
        guard Value.self != NoContent.self else {
            return Response(status: status, headers: [.cacheControl: "no-store"])
        }
        return try JSONAnswer.response(reply.value, status: status)
    }

    /// A status that the route does not list: a mistake of the program.
    private struct UnlistedStatus: Error {
        let status: Int
    }

    /// A route that only reads, and answers in JSON.
    ///
    /// - Parameters:
    ///   - path: its template.
    ///   - access: who may use it.
    ///   - summary: one line, for people.
    ///   - group: the heading it stands under.
    ///   - limit: the limits it is under.
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
        limit: LimitClass = .standard,
        query: Query.Type,
        answers: [Int: String],
        _ body: @escaping @Sendable (Query, Call) async throws(APIError) -> Reply<Value>
    ) throws -> Route {
        let listed = try listed(answers, Value.self)
        return Route(
            method: "GET",
            path: path,
            access: access,
            summary: summary,
            group: group,
            limit: limit,
            query: try RouteSchema(of: query),
            body: nil,
            answers: listed
        ) { request, call in
            let input = try QueryInput(request.uri.query).value
            let reply = try await body(try InputDecoder.decode(Query.self, from: input, form: .texts), call)
            return try response(reply, listed)
        }
    }

    /// A route that changes something: it takes a JSON body and answers in JSON, or without a body for `NoContent`.
    ///
    /// - Parameters:
    ///   - method: `POST`, `PUT`, `PATCH` or `DELETE`; the last takes no body, so `Body` is `NoBody` then.
    ///   - path: its template.
    ///   - access: who may use it.
    ///   - summary: one line, for people.
    ///   - group: the heading it stands under.
    ///   - limit: the limits it is under.
    ///   - bodyBytesMax: a larger body is refused.
    ///   - body: what the body holds; `NoBody` for a route that takes none.
    ///   - answers: what each status means; the value is the same.
    ///   - handler: does it.
    /// - Returns: the route.
    /// - Throws: `SchemaError` when one of the types cannot be described.
    package static func send<Body: Decodable & Sendable, Value: Codable & Sendable>(
        _ method: String,
        _ path: String,
        access: Access,
        summary: String,
        group: String,
        limit: LimitClass = .standard,
        bodyBytesMax: Int = Route.bodyBytesMax,
        body: Body.Type,
        answers: [Int: String],
        _ handler: @escaping @Sendable (Body, Call) async throws(APIError) -> Reply<Value>
    ) throws -> Route {
        let listed = try listed(answers, Value.self)
        let hasBody = Body.self != NoBody.self
        return Route(
            method: method,
            path: path,
            access: access,
            summary: summary,
            group: group,
            limit: limit,
            query: nil,
            body: hasBody ? Content(type: json, schema: try RouteSchema(of: body)) : nil,
            answers: listed
        ) { request, call in
            _ = try InputDecoder.decode(NoQuery.self, from: try QueryInput(request.uri.query).value, form: .texts)
            let input = hasBody ? try await RequestBody.json(of: request, bytesMax: bodyBytesMax) : .object([:])
            if !hasBody { try await RequestBody.refuseAny(of: request) }
            return try response(try await handler(try InputDecoder.decode(Body.self, from: input), call), listed)
        }
    }

    /// A route that does something at once and takes no body; what may vary stands behind the question mark.
    ///
    /// - Parameters: as `get`.
    /// - Returns: the route, for `POST`.
    /// - Throws: `SchemaError` when one of the types cannot be described.
    package static func command<Query: Decodable & Sendable, Value: Codable & Sendable>(
        _ path: String,
        access: Access,
        summary: String,
        group: String,
        limit: LimitClass = .standard,
        query: Query.Type,
        answers: [Int: String],
        _ handler: @escaping @Sendable (Query, Call) async throws(APIError) -> Reply<Value>
    ) throws -> Route {
        let listed = try listed(answers, Value.self)
        return Route(
            method: "POST",
            path: path,
            access: access,
            summary: summary,
            group: group,
            limit: limit,
            query: try RouteSchema(of: query),
            body: nil,
            answers: listed
        ) { request, call in
            let input = try QueryInput(request.uri.query).value
            let query = try InputDecoder.decode(Query.self, from: input, form: .texts)
            try await RequestBody.refuseAny(of: request)
            return try response(try await handler(query, call), listed)
        }
    }

    /// A route that answers with a text of another kind.
    package static func text(
        _ path: String,
        access: Access,
        summary: String,
        group: String,
        limit: LimitClass = .operations,
        contentType: String,
        _ body: @escaping @Sendable () throws(APIError) -> String
    ) -> Route {
        let content = Content(type: contentType, schema: ["type": "string"])
        return Route(
            method: "GET",
            path: path,
            access: access,
            summary: summary,
            group: group,
            limit: limit,
            query: nil,
            body: nil,
            answers: [Answer(status: 200, summary: summary, content: content)]
        ) { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: contentType],
                body: .init(byteBuffer: ByteBuffer(string: try body()))
            )
        }
    }
}

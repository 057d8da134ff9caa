import Domain
import HTTPTypes
import Hummingbird

extension Route {
    /// A page for browsers.
    ///
    /// - Parameters:
    ///   - path: its template.
    ///   - access: who may see it.
    ///   - summary: one line, for people.
    ///   - query: the names of what may stand behind the question mark, each with a text; whatever else stands there is
    ///     no fault, because links pick up all kinds of things on their way.
    ///   - body: makes the page.
    /// - Returns: the route.
    static func page(
        _ path: String,
        access: Access,
        summary: String,
        query: [String] = [],
        _ body: @escaping @Sendable (Request, Call) async throws(APIError) -> PageAnswer
    ) -> Route {
        let texts = query.map { ($0, SchemaNode.object(["type": "string"])) }
        return Route(
            method: "GET",
            path: path,
            access: access,
            summary: summary,
            group: Route.pages,
            limit: .operations,
            query: ["type": "object", "properties": .object(Dictionary(uniqueKeysWithValues: texts))],
            body: nil,
            answers: [
                Answer(
                    status: 200,
                    summary: "The page.",
                    content: Content(type: PageAnswer.contentType, schema: ["type": "string"])
                )
            ]
        ) { request, call in try await body(request, call).response }
    }

    /// What a page's form is sent to.
    ///
    /// - Parameters:
    ///   - path: its template.
    ///   - access: who may send it.
    ///   - summary: one line, for people.
    ///   - limit: the limits it is under.
    ///   - fields: the names of its fields, each with a text, beside the form's own token; others are refused.
    ///   - bytesMax: how large it may be, as it is sent.
    ///   - answers: what each status means, other than those of failures.
    ///   - body: does what the form asks for.
    /// - Returns: the route.
    static func form(
        _ path: String,
        access: Access,
        summary: String,
        limit: LimitClass = .operations,
        fields: [String],
        bytesMax: Int = FormInput.bytesMax,
        answers: [Int: String],
        _ body: @escaping @Sendable (FormInput, Request, Call) async throws(APIError) -> PageAnswer
    ) -> Route {
        let fields = fields + [FormToken.field]
        let texts = fields.map { ($0, SchemaNode.object(["type": "string"])) }
        let schema: SchemaNode = ["type": "object", "properties": .object(Dictionary(uniqueKeysWithValues: texts))]
        let page = Content(type: PageAnswer.contentType, schema: ["type": "string"])
        return Route(
            method: "POST",
            path: path,
            access: access,
            summary: summary,
            group: Route.pages,
            limit: limit,
            query: nil,
            body: Content(type: FormInput.contentType, schema: RouteSchema(schema)),
            answers: answers.sorted { $0.key < $1.key }.map { status, summary in
                Answer(status: status, summary: summary, content: status == 303 ? nil : page)
            }
        ) { request, call in
            let input = try await FormInput(of: request, by: call.principal, fields: Set(fields), bytesMax: bytesMax)
            return try await body(input, request, call).response
        }
    }
}

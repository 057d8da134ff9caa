import Domain
import Threading

extension RouteTable {
    /// The routes, and one more that describes them all.
    ///
    /// The document is made when it is first asked for; in debug builds at once, so that tests see what is wrong.
    /// - Throws: `RouteProblems` for a table with a fault; in debug builds `SchemaError` for a type that cannot be
    ///   described.
    package static func documented(
        _ routes: [Route],
        failurePages: FailurePages? = nil,
        release: String
    ) throws -> RouteTable {
        func describing(_ text: @escaping @Sendable () throws(APIError) -> String) -> Route {
            Route.text(
                "/openapi.json",
                access: .anyone,
                summary: "This interface, in OpenAPI 3.1",
                group: "Operations",
                contentType: Route.json,
                text
            )
        }
        // The document lists the route on which it is served.
        let text = DocumentText(
            OpenAPIDocument(routes: routes + [describing { () throws(APIError) in "" }], release: release)
        )
        #if DEBUG
        _ = try text.made()
        #endif
        let route = describing { () throws(APIError) in
            do {
                return try text.made()
            } catch {
                throw APIError(.internalError, "The document cannot be made.")
            }
        }
        return try RouteTable(routes + [route], failurePages: failurePages)
    }
}

/// A document that is written once.
private final class DocumentText: Sendable {
    private let document: OpenAPIDocument
    private let text = Mutex(String?.none)

    init(_ document: OpenAPIDocument) { self.document = document }

    func made() throws -> String {
        try text.withLock { text in
            if let text { return text }
            let made = try EventSchema.text(of: document.node())
            text = made
            return made
        }
    }
}

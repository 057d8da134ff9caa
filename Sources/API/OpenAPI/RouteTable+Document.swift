import Domain

extension RouteTable {
    /// The routes, and one more that describes them all.
    ///
    /// - Throws: `RouteProblems` for a table with a fault, `SchemaError` for a type that cannot be described.
    package static func documented(
        _ routes: [Route],
        failurePages: FailurePages? = nil,
        release: String
    ) throws -> RouteTable {
        let path = "/openapi.json"
        func describing(_ text: String) -> Route {
            Route.text(
                path,
                access: .anyone,
                summary: "This interface, in OpenAPI 3.1",
                group: "Operations",
                contentType: Route.json
            ) { text }
        }
        // The document lists the route on which it is served.
        let document = OpenAPIDocument(routes: routes + [describing("")], release: release)
        return try RouteTable(
            routes + [describing(try EventSchema.text(of: document.node()))],
            failurePages: failurePages
        )
    }
}

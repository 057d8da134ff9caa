import Domain

/// The routes for monitoring: how the station is, what it counts, what version it has, and what routes there are.
///
/// They know nothing of actors: what they answer comes from the closures they are given, which must not block.
package struct OperationsRoutes: Sendable {
    private let health: @Sendable () -> HealthAnswer
    private let metrics: @Sendable () -> String
    private let version: String

    /// - Parameters:
    ///   - health: how the station is now.
    ///   - metrics: Prometheus text exposition, format 0.0.4.
    ///   - version: the release.
    package init(
        health: @escaping @Sendable () -> HealthAnswer,
        metrics: @escaping @Sendable () -> String,
        version: String
    ) {
        self.health = health
        self.metrics = metrics
        self.version = version
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try face("/health", "Whether the station lives, with the reasons when all is not well") { $0 != .failing },
            try face("/api/health/live", "Whether the process is fit to go on") { $0 != .failing },
            try face("/api/health/ready", "Whether it takes work: not while it starts or fails") {
                $0 == .ok || $0 == .degraded
            },
            try Route.get(
                "/version",
                access: .anyone,
                summary: "The release that runs",
                group: "Operations",
                limit: .operations,
                query: NoQuery.self,
                answers: [200: "The release."]
            ) { [version] _, _ in Route.Reply(VersionAnswer(version: version)) },
            Route.text(
                "/metrics",
                access: .anyone,
                summary: "All metrics, for Prometheus",
                group: "Operations",
                contentType: "text/plain; version=0.0.4; charset=utf-8"
            ) { [metrics] in metrics() },
        ]
    }

    private struct Strictness: Decodable, Sendable {
        let strict: Bool?
    }

    /// One face of the same health; `strict` takes anything but `ok` for a failure.
    private func face(
        _ path: String,
        _ summary: String,
        isGood: @escaping @Sendable (HealthAnswer.Status) -> Bool
    ) throws -> Route {
        try Route.get(
            path,
            access: .anyone,
            summary: summary,
            group: "Health",
            limit: .operations,
            query: Strictness.self,
            answers: [200: "It is.", 503: "It is not, and why."]
        ) { [health] query, _ in
            let answer = health()
            let isHealthy = isGood(answer.status) && (query.strict != true || answer.status == .ok)
            return Route.Reply(answer, status: isHealthy ? 200 : 503)
        }
    }
}

extension RouteTable {
    /// The routes, and one more that describes them all.
    ///
    /// - Throws: `RouteProblems` for a table with a fault, `SchemaError` for a type that cannot be described.
    package static func documented(_ routes: [Route], release: String) throws -> RouteTable {
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
        return try RouteTable(routes + [describing(try EventSchema.text(of: document.node()))])
    }
}

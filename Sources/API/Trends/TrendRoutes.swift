import Domain
import Identity

/// What people on X talk about.
package struct TrendRoutes: Sendable {
    private let current: @Sendable () -> TrendsAnswer
    private let refresh: @Sendable () throws(APIError) -> TrendsAnswer

    /// - Parameters:
    ///   - current: what is known now; must not block.
    ///   - refresh: has X searched at once, without waiting for what comes of it; what is known now. It throws when
    ///     nobody can be asked.
    package init(
        current: @escaping @Sendable () -> TrendsAnswer,
        refresh: @escaping @Sendable () throws(APIError) -> TrendsAnswer
    ) {
        self.current = current
        self.refresh = refresh
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/trends/current",
                access: .role(.viewer, scope: .read),
                summary: "What people on X talk about, as of the last good search",
                group: "Trends",
                query: NoQuery.self,
                answers: [200: "The list with its age, and how it is with the searches."]
            ) { [current] _, _ in Route.Reply(current()) },
            try Route.command(
                "/trends/refresh",
                access: .role(.operator, scope: .control),
                summary: "Search X at once",
                group: "Trends",
                query: NoQuery.self,
                answers: [202: "A search begins, or is under way; this is the list until now."]
            ) { [refresh] (_, _) throws(APIError) in Route.Reply(try refresh(), status: 202) },
        ]
    }
}

import Bus
import Domain
import Identity

/// The routes for live updates, and those with which an administrator looks after them.
package struct LiveRoutes: Sendable {
    static let group = "Live"

    /// How many connections one answer lists.
    private static let sessionsMax = 1000
    private static let broadcastBytesMax = 1000

    let hub: LiveHub

    package init(hub: LiveHub) { self.hub = hub }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [try events, socket, try sessions, try statistics, try broadcast]
    }

    private var sessions: Route {
        get throws {
            try Route.get(
                "/api/sessions",
                access: .role(.admin, scope: .read),
                summary: "The live connections, the oldest first",
                group: LiveRoutes.group,
                query: SessionsQuery.self,
                answers: [200: "The connections."]
            ) { [hub] query, _ async throws(APIError) in
                let limit = query.limit ?? 100
                guard (1...LiveRoutes.sessionsMax).contains(limit) else {
                    let message = "must be between 1 and \(LiveRoutes.sessionsMax)"
                    throw APIError(faults: [InputFault(field: "limit", message: message)])
                }
                let all = await hub.sessions()
                let wanted = all.filter { session in query.after.map { session.sessionID > $0 } ?? true }
                return Route.Reply(SessionsAnswer(total: all.count, sessions: Array(wanted.prefix(limit))))
            }
        }
    }

    private var statistics: Route {
        get throws {
            try Route.get(
                "/api/sessions/stats",
                access: .role(.admin, scope: .read),
                summary: "How many live connections there are, and what has become of the others",
                group: LiveRoutes.group,
                query: NoQuery.self,
                answers: [200: "The figures, counted since the daemon started."]
            ) { [hub] _, _ in Route.Reply(SessionStatistics(hub.statistics, settings: hub.settings)) }
        }
    }

    private var broadcast: Route {
        get throws {
            try Route.send(
                "POST",
                "/api/broadcast",
                access: .role(.admin, scope: .write),
                summary: "Sends a text to every live client, or to those that follow a group",
                group: LiveRoutes.group,
                body: BroadcastBody.self,
                answers: [200: "To how many it was sent."]
            ) { [hub] body, _ async throws(APIError) in
                guard (1...LiveRoutes.broadcastBytesMax).contains(body.text.utf8.count) else {
                    let message = "must have 1 to \(LiveRoutes.broadcastBytesMax) bytes"
                    throw APIError(faults: [InputFault(field: "text", message: message)])
                }
                return Route.Reply(BroadcastAnswer(clients: await hub.broadcast(body.text, to: body.group)))
            }
        }
    }
}

/// What stands behind the question mark of `/api/sessions`.
struct SessionsQuery: Decodable, Hashable, Sendable {
    let limit: Int?
    /// The last of the page before.
    let after: UUIDv7?
}

/// Some of the live connections.
struct SessionsAnswer: Codable, Hashable, Sendable {
    /// How many there are.
    let total: Int
    let sessions: [LiveSession]
}

/// A text for the clients.
struct BroadcastBody: Codable, Hashable, Sendable {
    let text: String
    let group: LiveGroup?
}

/// What became of a broadcast.
struct BroadcastAnswer: Codable, Hashable, Sendable {
    let clients: Int
}

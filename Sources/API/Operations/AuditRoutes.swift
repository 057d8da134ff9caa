import Bus
import Domain
import Identity
package import Store

/// Who did what: the audit log, for admins.
package struct AuditRoutes: Sendable {
    private let log: any ActivityLog

    package init(log: any ActivityLog) { self.log = log }

    private struct Query: Decodable, Sendable {
        let before: Int64?
        let limit: PageLimit?
    }

    private struct Entry: Codable, Sendable {
        let id: Int64
        let time: Timestamp
        let caller: String
        let role: String
        let action: String
        let target: String?
        /// `done`, `refused`, `failed`, or the error in short.
        let outcome: String
        /// More, as JSON text.
        let detail: String?

        init(_ recorded: RecordedActivity) {
            let activity = recorded.activity
            id = recorded.id
            time = activity.time
            caller = activity.caller
            role = activity.role
            action = activity.action
            target = activity.target
            outcome = activity.outcome
            detail = activity.detail
        }
    }

    private struct Page: Codable, Sendable {
        /// Newest first.
        let entries: [Entry]
        /// What to give as `before` for those that are older; absent at the end.
        let next: Int64?
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/api/audit",
                access: .role(.admin, scope: .read),
                summary: "Who did what, and how it ended",
                group: "Audit",
                query: Query.self,
                answers: [200: "A page of it, newest first."]
            ) { [log] (query, _) throws(APIError) in
                let limit = query.limit?.count ?? 100
                let found: [RecordedActivity]
                do throws(StoreError) {
                    found = try await log.activities(before: query.before, limit: limit)
                } catch {
                    throw APIError(error)
                }
                let next = found.count == limit ? found.last?.id : nil
                return Route.Reply(Page(entries: found.map(Entry.init), next: next))
            }
        ]
    }
}

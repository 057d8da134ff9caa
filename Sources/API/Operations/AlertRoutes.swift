package import Bus
import Domain
import Identity

/// What needs an operator's attention, and what did lately.
package struct AlertRoutes: Sendable {
    private let current: @Sendable () -> AlertsAnswer

    /// - Parameter current: what there is now; must not block.
    package init(current: @escaping @Sendable () -> AlertsAnswer) { self.current = current }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/api/alerts",
                access: .role(.operator, scope: .read),
                summary: "What needs attention, and what did lately",
                group: "Operations",
                query: NoQuery.self,
                answers: [200: "The alerts of this daemon."]
            ) { [current] _, _ in Route.Reply(current()) }
        ]
    }
}

/// What `/api/alerts` says.
package struct AlertsAnswer: Codable, Hashable, Sendable {
    package struct Alert: Codable, Hashable, Sendable {
        let id: UUIDv7
        let rule: String
        /// `critical` or `warning`.
        let severity: String
        let summary: String
        /// What exactly; absent where there is nothing to add.
        let detail: String?
        /// What was measured when it was raised.
        let value: Double
        /// What was measured last.
        let latest: Double
        let threshold: Double
        let raisedAt: Timestamp
        let resolvedAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case id, rule, severity, summary, detail, value, latest, threshold
            case raisedAt = "raised_at"
            case resolvedAt = "resolved_at"
        }

        package init(
            id: UUIDv7,
            rule: String,
            severity: String,
            summary: String,
            detail: String?,
            value: Double,
            latest: Double,
            threshold: Double,
            raisedAt: Timestamp,
            resolvedAt: Timestamp?
        ) {
            self.id = id
            self.rule = rule
            self.severity = severity
            self.summary = summary
            self.detail = detail
            self.value = value
            self.latest = latest
            self.threshold = threshold
            self.raisedAt = raisedAt
            self.resolvedAt = resolvedAt
        }
    }

    /// A rule that says nothing, because what it is about cannot be measured.
    package struct Silent: Codable, Hashable, Sendable {
        let rule: String
        let reason: String

        package init(rule: String, reason: String) {
            self.rule = rule
            self.reason = reason
        }
    }

    /// Oldest first.
    let open: [Alert]
    /// The last hundred, newest first.
    let resolved: [Alert]
    let silent: [Silent]

    package init(open: [Alert], resolved: [Alert], silent: [Silent]) {
        self.open = open
        self.resolved = resolved
        self.silent = silent
    }
}

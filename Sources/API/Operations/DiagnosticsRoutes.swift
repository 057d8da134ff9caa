package import Bus
import Domain
import Identity

/// Looking the station over, and mending what can be mended without anybody's judgement; for admins.
package struct DiagnosticsRoutes: Sendable {
    private let run: @Sendable (_ fixes: Bool) async throws(APIError) -> DiagnosticsAnswer
    private let last: @Sendable () -> DiagnosticsAnswer?

    /// - Parameters:
    ///   - run: looks everything over; mends what it may when asked to.
    ///   - last: what the last run found; `nil` before the first.
    package init(
        run: @escaping @Sendable (_ fixes: Bool) async throws(APIError) -> DiagnosticsAnswer,
        last: @escaping @Sendable () -> DiagnosticsAnswer?
    ) {
        self.run = run
        self.last = last
    }

    private struct Options: Decodable, Sendable {
        let autoFix: Bool?

        enum CodingKeys: String, CodingKey {
            case autoFix = "auto_fix"
        }
    }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        let access = Route.Access.role(.admin, scope: .control)
        return [
            try Route.command(
                "/api/diagnostics/run",
                access: access,
                summary: "Looks the station over; with auto_fix it mends what it may",
                group: "Diagnostics",
                query: Options.self,
                answers: [200: "What was found."]
            ) { [run] (options, _) throws(APIError) in Route.Reply(try await run(options.autoFix ?? false)) },
            try Route.get(
                "/api/diagnostics/last",
                access: .role(.admin, scope: .read),
                summary: "What the last look found",
                group: "Diagnostics",
                query: NoQuery.self,
                answers: [200: "What was found."]
            ) { [last] (_, _) throws(APIError) in
                guard let answer = last() else {
                    throw APIError(.notFound, "Nothing has been looked over yet: POST /api/diagnostics/run does it.")
                }
                return Route.Reply(answer)
            },
        ]
    }
}

/// What was found when the station was looked over.
package struct DiagnosticsAnswer: Codable, Hashable, Sendable {
    package enum Severity: String, Codable, Sendable, CaseIterable, SchemaChoice {
        case critical, warning, info
    }

    /// What may be done about an issue without asking anybody; nothing else ever is.
    package enum FixAction: String, Codable, Sendable, CaseIterable, SchemaChoice {
        case clearExpired = "clear_expired"
        case closeBreaker = "close_breaker"
        case createFolders = "create_folders"
        case compact
        case requeueJobs = "requeue_jobs"
        case restartActor = "restart_actor"
    }

    package struct Issue: Codable, Hashable, Sendable {
        package let severity: Severity
        /// Which part it is about.
        package let category: String
        package let title: String
        /// What it means, and what to do about it.
        package let description: String
        package let fixable: Bool
        package let fixAction: FixAction?
        /// Whether it was mended in this run.
        package var autoFixed = false

        enum CodingKeys: String, CodingKey {
            case severity, category, title, description, fixable
            case fixAction = "fix_action"
            case autoFixed = "auto_fixed"
        }

        package init(
            _ severity: Severity,
            _ category: String,
            _ title: String,
            _ description: String,
            fix: FixAction? = nil
        ) {
            self.severity = severity
            self.category = category
            self.title = title
            self.description = description
            fixable = fix != nil
            fixAction = fix
        }
    }

    package let time: Timestamp
    package let totalIssues: Int
    package let critical: Int
    package let warnings: Int
    package let info: Int
    package let issues: [Issue]
    package let fixedIssues: Int
    /// The machine and the program, as names and values.
    package let systemInfo: [String: String]
    package let durationMilliseconds: Double

    enum CodingKeys: String, CodingKey {
        case time, critical, warnings, info, issues
        case totalIssues = "total_issues"
        case fixedIssues = "fixed_issues"
        case systemInfo = "system_info"
        case durationMilliseconds = "duration_ms"
    }

    package init(time: Timestamp, issues: [Issue], systemInfo: [String: String], took: Duration) {
        self.time = time
        self.issues = issues
        self.systemInfo = systemInfo
        totalIssues = issues.count
        critical = issues.count { $0.severity == .critical }
        warnings = issues.count { $0.severity == .warning }
        info = issues.count { $0.severity == .info }
        fixedIssues = issues.count(where: \.autoFixed)
        durationMilliseconds = took / .milliseconds(1)
    }
}

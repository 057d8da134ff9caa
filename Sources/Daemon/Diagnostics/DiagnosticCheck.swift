import API

/// Looks at one thing that can be wrong.
struct DiagnosticCheck: Sendable {
    /// What was found, and what would mend it.
    struct Finding: Sendable {
        var issue: DiagnosticsAnswer.Issue
        /// Mends it, and says whether it is mended; only for issues that name their fix.
        let fix: (@Sendable () async throws -> Bool)?

        init(_ issue: DiagnosticsAnswer.Issue, fix: (@Sendable () async throws -> Bool)? = nil) {
            self.issue = issue
            self.fix = fix
        }
    }

    let category: String
    let look: @Sendable () async throws -> [Finding]

    init(_ category: String, look: @escaping @Sendable () async throws -> [Finding]) {
        self.category = category
        self.look = look
    }
}

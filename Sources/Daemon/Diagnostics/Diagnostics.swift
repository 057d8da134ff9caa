import API
import Bus
import Logging
import Telemetry
import Threading

/// Looks the station over, check by check, and mends what has a fix in the fixed list.
///
/// A fix only ever does what the station's own code does in the course of its work: nothing is installed, no command is
/// run.
final class Diagnostics: Sendable {
    private struct State {
        var isRunning = false
        var last: DiagnosticsAnswer?
    }

    private let checks: [DiagnosticCheck]
    private let systemInfo: @Sendable () -> [String: String]
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())
    private let logger = Logger(label: "diagnostics")

    init(
        checks: [DiagnosticCheck],
        systemInfo: @escaping @Sendable () -> [String: String],
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.checks = checks
        self.systemInfo = systemInfo
        self.now = now
    }

    var last: DiagnosticsAnswer? { state.withLock { $0.last } }

    /// - Throws: `APIError` with `.conflict` while another look is under way: two could mend the same thing twice.
    func run(fixes: Bool) async throws(APIError) -> DiagnosticsAnswer {
        let isMine = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isMine else { throw APIError(.conflict, "The station is being looked over already.") }
        let begin = ContinuousClock.now
        var issues: [DiagnosticsAnswer.Issue] = []
        for check in checks {
            for finding in await look(check) { issues.append(fixes ? await mend(finding) : finding.issue) }
        }
        let answer = DiagnosticsAnswer(
            time: now(),
            issues: issues,
            systemInfo: systemInfo(),
            took: begin.duration(to: .now)
        )
        state.withLock { state in
            state.isRunning = false
            state.last = answer
        }
        return answer
    }

    /// A check that fails is itself something that is wrong.
    private func look(_ check: DiagnosticCheck) async -> [DiagnosticCheck.Finding] {
        do {
            return try await check.look()
        } catch {
            logger.error(
                "a check could not be made",
                metadata: [LogKey.reason: "\(check.category)", LogKey.error: "\(error)"]
            )
            let issue = DiagnosticsAnswer.Issue(
                .critical,
                check.category,
                "The check could not be made",
                "It failed inside; the log says why."
            )
            return [DiagnosticCheck.Finding(issue)]
        }
    }

    private func mend(_ finding: DiagnosticCheck.Finding) async -> DiagnosticsAnswer.Issue {
        var issue = finding.issue
        guard let fix = finding.fix, let action = issue.fixAction else { return issue }
        do {
            issue.autoFixed = try await fix()
            logger.notice(
                "a fix was tried",
                metadata: [LogKey.reason: "\(action.rawValue)", "fixed": "\(issue.autoFixed)"]
            )
        } catch {
            logger.error("a fix failed", metadata: [LogKey.reason: "\(action.rawValue)", LogKey.error: "\(error)"])
        }
        return issue
    }
}

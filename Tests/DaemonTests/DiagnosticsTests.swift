import API
import Bus
import Testing
import Threading

@testable import Daemon

/// Looking the station over, and mending what can be mended.
struct DiagnosticsTests {
    private struct Broken: Error {}

    private func diagnostics(_ checks: DiagnosticCheck...) -> Diagnostics {
        Diagnostics(checks: checks, systemInfo: { ["release": "1"] }, now: { Timestamp(seconds: 9) })
    }

    private func issue(_ title: String, fix: DiagnosticsAnswer.FixAction? = nil) -> DiagnosticsAnswer.Issue {
        DiagnosticsAnswer.Issue(.warning, "tests", title, "text", fix: fix)
    }

    @Test func `what is found is counted, and only what was asked for is mended`() async throws {
        let mended = Mutex<[String]>([])
        let check = DiagnosticCheck("tests") { [issue] in
            [
                .init(
                    issue("mends", .compact),
                    fix: {
                        mended.withLock { $0.append("mends") }
                        return true
                    }
                ),
                .init(issue("resists", .closeBreaker), fix: { false }),
                .init(issue("breaks", .restartActor), fix: { throw Broken() }),
                .init(issue("has no fix", nil)),
            ]
        }
        let diagnostics = diagnostics(check)
        #expect(diagnostics.last == nil)
        let looked = try await diagnostics.run(fixes: false)
        #expect(looked.totalIssues == 4 && looked.warnings == 4 && looked.fixedIssues == 0)
        #expect(mended.withLock { $0 } == [])
        let answer = try await diagnostics.run(fixes: true)
        #expect(answer.issues.filter(\.autoFixed).map(\.title) == ["mends"])
        #expect(answer.fixedIssues == 1 && mended.withLock { $0 } == ["mends"])
        #expect(diagnostics.last == answer && answer.systemInfo == ["release": "1"])
    }

    @Test func `a check that fails is an issue itself, and the others are made`() async throws {
        let answer = try await diagnostics(
            DiagnosticCheck("first") { throw Broken() },
            DiagnosticCheck("second") { [issue] in [.init(issue("found", nil))] }
        ).run(fixes: true)
        #expect(answer.critical == 1 && answer.issues.map(\.category) == ["first", "tests"])
    }

    @Test func `two looks at once are one too many`() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let diagnostics = diagnostics(
            DiagnosticCheck("slow") {
                begin.yield()
                for await _ in released { break }
                return []
            }
        )
        async let first = diagnostics.run(fixes: false)
        for await _ in begun { break }
        await #expect(throws: APIError.self) { try await diagnostics.run(fixes: false) }
        release.yield()
        #expect(try await first.totalIssues == 0)
        release.yield()
        #expect(try await diagnostics.run(fixes: false).totalIssues == 0)
    }
}

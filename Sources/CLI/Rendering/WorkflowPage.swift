import CryptoCallClient

/// Runs of workflows as people read them.
enum WorkflowPage {
    static func list(_ runs: [WorkflowLine], _ terminal: Terminal) -> [String] {
        guard !runs.isEmpty else { return ["no runs"] }
        var table = TextTable("RUN", "WORKFLOW", "STATE", "BEGUN", "WAITS FOR", "ERROR")
        for run in runs {
            table.add(
                .init(run.id),
                .init("\(run.workflow) v\(run.version)"),
                .init(run.state, JobPage.style(of: run.state)),
                .init(JobPage.time(run.startedAt)),
                .init(run.waitingFor ?? ""),
                .init(run.error ?? "")
            )
        }
        return table.lines(terminal)
    }

    static func details(_ run: WorkflowReport, _ terminal: Terminal) -> [String] {
        let rows: [(String, String?)] = [
            ("workflow", run.summary.map { "\($0.workflow) v\($0.version)" } ?? run.workflow),
            ("state", run.summary?.state ?? "not begun, its job is \(run.jobState)"),
            ("waits for", run.summary?.waitingFor), ("error", run.summary?.error),
            ("begun", run.summary.map { JobPage.time($0.startedAt) }),
            ("finished", run.summary?.finishedAt.map { JobPage.time($0) }),
            ("cancelled by", run.cancelledBy), ("parent", run.parent), ("continued from", run.continuedFrom),
            ("continued as", run.continuedAs), ("input", run.input),
        ]
        var lines = [terminal.styled(Terminal.plain(run.id), .bold)] + PairLines.lines(rows)
        lines += indented(steps(run.steps, terminal))
        lines += indented(signals(run.signals, terminal))
        if !run.approvals.isEmpty { lines += indented(approvals(run.approvals, terminal)) }
        return lines
    }

    private static func steps(_ steps: [WorkflowReport.Step], _ terminal: Terminal) -> [String] {
        guard !steps.isEmpty else { return [] }
        var table = TextTable(">#", "STEP", "KIND", "STATE", ">TRIES", "BEGUN", "FINISHED", "ERRORS")
        for step in steps {
            table.add(
                .init("\(step.number)"),
                .init(step.name),
                .init(step.kind),
                .init(step.state, JobPage.style(of: step.state)),
                .init("\(step.attempt)"),
                .init(JobPage.time(step.startedAt)),
                .init(JobPage.time(step.finishedAt)),
                .init(step.errors.map { "\(JobPage.time($0.at)) \($0.message)" }.joined(separator: "; "))
            )
        }
        return table.lines(terminal)
    }

    private static func signals(_ signals: [WorkflowReport.Signal], _ terminal: Terminal) -> [String] {
        guard !signals.isEmpty else { return [] }
        var table = TextTable("SIGNAL", "MESSAGE", "RECEIVED", ">TAKEN BY STEP")
        for signal in signals {
            table.add(
                .init(signal.name),
                .init(signal.messageID),
                .init(JobPage.time(signal.receivedAt)),
                .init(signal.step.map { "\($0)" } ?? "-")
            )
        }
        return table.lines(terminal)
    }

    static func approvals(_ approvals: [WorkflowApproval], _ terminal: Terminal) -> [String] {
        guard !approvals.isEmpty else { return ["nothing waits for a decision"] }
        var table = TextTable("RUN", "SUBJECT", "DECISION", "UNTIL", "BY", "HASH", "NOTE")
        for approval in approvals {
            table.add(
                .init(approval.run),
                .init(approval.what),
                .init(approval.decision ?? "open", approval.decision == nil ? .yellow : nil),
                .init(JobPage.time(approval.deadline)),
                .init(approval.decidedBy ?? ""),
                .init(approval.contentHash),
                .init(approval.note ?? "")
            )
        }
        return table.lines(terminal)
    }

    private static func indented(_ lines: [String]) -> [String] { lines.map { "  \($0)" } }
}

import CryptoCallClient

/// Schedules as people read them.
enum SchedulePage {
    static func list(_ schedules: [ScheduleLine], _ terminal: Terminal) -> [String] {
        guard !schedules.isEmpty else { return ["no schedules"] }
        var table = TextTable("SCHEDULE", "CRON", "ZONE", "NEXT", "LAST", "KIND", "MISSED", "")
        for schedule in schedules {
            table.add(
                .init(schedule.name),
                .init(schedule.cron),
                .init(schedule.timeZone),
                .init(JobPage.time(schedule.nextAt)),
                .init(JobPage.time(schedule.lastAt)),
                .init(schedule.kind),
                .init(schedule.catchUp),
                .init(schedule.pausedAt == nil ? "" : "paused", .yellow)
            )
        }
        return table.lines(terminal)
    }

    static func details(_ schedule: ScheduleLine, _ terminal: Terminal) -> [String] {
        let rows: [(String, String?)] = [
            ("cron", "\(schedule.cron) (\(schedule.timeZone))"), ("kind", "\(schedule.kind) on \(schedule.queue)"),
            ("missed times", words(schedule.catchUp, of: catchUp)),
            ("unfinished runs", words(schedule.overlap, of: overlap)),
            ("from", schedule.origin == "code" ? "the program" : "an operator"),
            ("paused since", schedule.pausedAt.map { JobPage.time($0) }),
            ("next", JobPage.time(schedule.nextAt)), ("last", JobPage.time(schedule.lastAt)),
        ]
        var lines = [terminal.styled(Terminal.plain(schedule.name), .bold)] + PairLines.lines(rows)
        guard let runs = schedule.runs, !runs.isEmpty else { return lines }
        var table = TextTable("TIME", "JOB", "STATE")
        for run in runs {
            let state = run.state ?? "removed"
            table.add(.init(JobPage.time(run.fireAt)), .init(run.job), .init(state, JobPage.style(of: state)))
        }
        lines += table.lines(terminal).map { "  \($0)" }
        return lines
    }

    private static let catchUp = [
        "skip": "are lost", "once": "the latest is made up", "all": "are all made up, within limits",
    ]
    private static let overlap = [
        "skip": "the next time is lost", "queue_one": "one run waits for them", "allow": "run beside each other",
    ]

    private static func words(_ rule: String, of known: [String: String]) -> String {
        known[rule].map { "\(rule): \($0)" } ?? rule
    }
}

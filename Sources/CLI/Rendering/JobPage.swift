import CryptoCallClient

/// Jobs, queues and workers as people read them.
enum JobPage {
    static func list(_ jobs: [JobLine], _ terminal: Terminal) -> [String] {
        guard !jobs.isEmpty else { return ["no jobs"] }
        var table = TextTable("JOB", "QUEUE", "KIND", "STATE", ">TRIES", "RUN AT", "ERROR")
        for job in jobs {
            table.add(
                .init(job.id),
                .init(job.queue),
                .init(job.kind),
                .init(job.state, style(of: job.state)),
                .init("\(job.attempt)/\(job.attemptMax)"),
                .init(time(job.runAt)),
                .init(job.error ?? "")
            )
        }
        return table.lines(terminal)
    }

    /// What `jobs show` shows besides the line of the list.
    struct Details {
        /// JSON.
        let payload: String?
        /// JSON.
        let result: String?
        let failures: JobFailures
    }

    static func details(_ job: JobLine, _ details: Details, _ terminal: Terminal) -> [String] {
        var rows: [(String, String?)] = [
            ("state", job.state), ("queue", job.queue),
            ("kind", job.kind), ("tries", "\(job.attempt) of \(job.attemptMax)"), ("priority", "\(job.priority)"),
            ("enqueued", time(job.insertedAt)), ("runs at", job.runAt.map { time($0) }),
            ("begun", job.attemptedAt.map { time($0) }), ("finished", job.finishedAt.map { time($0) }),
            ("worker", job.worker), ("unique", job.uniqueKey), ("limit", job.limitKey), ("parent", job.parent),
            ("payload", details.payload), ("result", details.result),
        ]
        rows += details.failures.errors.map { ("error", "\(time($0.at)) try \($0.attempt): \($0.message)") }
        return [terminal.styled(Terminal.plain(job.id), .bold)] + PairLines.lines(rows)
    }

    static func queues(_ queues: [QueueList.Queue], _ terminal: Terminal) -> [String] {
        guard !queues.isEmpty else { return ["no queues"] }
        var table = TextTable("QUEUE", ">READY", ">RUNNING", ">LATER", ">RETRY", ">FAILED", ">SLOTS", "")
        for queue in queues {
            let paused = queue.pausedBy.map { "paused by \($0)" } ?? (queue.pausedAt == nil ? "" : "paused")
            table.add(
                .init(queue.queue),
                .init("\(queue.available)"),
                .init("\(queue.running)"),
                .init("\(queue.scheduled)"),
                .init("\(queue.retryable)"),
                .init("\(queue.discarded)", queue.discarded > 0 ? .red : nil),
                .init("\(queue.slots)"),
                .init(paused, .yellow)
            )
        }
        return table.lines(terminal)
    }

    static func workers(_ list: WorkerList, _ terminal: Terminal) -> [String] {
        var table = TextTable("WORKER", "HOST", ">RUNNING", "SINCE", "SEEN", "LEADS", "QUEUES")
        for worker in list.workers {
            let leads = list.leaders.filter { $0.holder == worker.id }.map { "\($0.name) (term \($0.term))" }
            table.add(
                .init(worker.id, worker.id == list.answering ? .bold : nil),
                .init(worker.host),
                .init("\(worker.running)"),
                .init(time(worker.startedAt)),
                .init(time(worker.seenAt)),
                .init(leads.joined(separator: ", ")),
                .init(worker.runs.joined(separator: " "))
            )
        }
        return table.isEmpty ? ["no workers"] : table.lines(terminal)
    }

    static func style(of state: String) -> Terminal.Style? {
        switch state {
        case "completed", "running": .green
        case "retryable", "cancelled", "waiting", "compensating": .yellow
        case "discarded", "failed": .red
        default: nil
        }
    }

    /// A time without its fraction, such as `2026-01-02 03:04:05`; `-` when there is none.
    static func time(_ text: String?) -> String {
        guard let text, text.utf8.count >= 19 else { return "-" }
        return String(text.prefix(19)).replacing("T", with: " ")
    }
}

/// Names with their values, one pair in a line, as wide as the widest name.
enum PairLines {
    /// Pairs without a value are left out.
    static func lines(_ rows: [(String, String?)]) -> [String] {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.compactMap { name, value in
            guard let value else { return nil }
            return "  \(name)\(String(repeating: " ", count: width - name.count + 2))\(Terminal.plain(value))"
        }
    }
}

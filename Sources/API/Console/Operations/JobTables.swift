import Bus

/// Jobs that failed, for good or for now.
struct FailedJobTable: View {
    let visit: Visit
    let jobs: Shown<[StationView.Job]>

    var body: Markup {
        LiveSection("failed", "Failed jobs") {
            switch jobs {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let jobs):
                if jobs.isEmpty {
                    p(.class("empty")) { "None. A job that fails stands here until it is tried again with success." }
                } else {
                    DataTable(
                        name: "Failed jobs",
                        columns: [
                            DataTable.Column("Kind"), DataTable.Column("State", .state), DataTable.Column("Queue"),
                            DataTable.Column("When"), DataTable.Column("Error", .prose),
                            DataTable.Column("Actions", .actions),
                        ],
                        rows: jobs.map(row)
                    )
                }
            }
        }
    }

    private func row(_ job: StationView.Job) -> DataTable.Row {
        let isFinal = job.state == "discarded"
        let attempts = "\(job.attempt) of \(job.attemptMax)"
        return DataTable.Row([
            Markup(text: job.kind),
            Condition(isFinal ? "failed, \(attempts)" : "will retry, \(attempts)", isFinal ? .bad : .poor).body,
            Markup(text: job.queue), job.at.map { Moment($0, now: visit.now).body } ?? .empty,
            Markup(text: job.error ?? ""),
            ActionButton(
                visit: visit,
                action: OperatorAction.path("retry-job"),
                text: "Try again",
                about: "the job \(job.kind) \(job.id)",
                fields: [("id", job.id)]
            ).body,
        ])
    }
}

/// How much waits where.
struct QueueTable: View {
    let visit: Visit
    let queues: Shown<[StationView.Queue]>

    var body: Markup {
        LiveSection("queues", "Queues") {
            switch queues {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let queues):
                if queues.isEmpty {
                    p(.class("empty")) { "No queues: nothing has been enqueued, and this daemon works on none." }
                } else {
                    DataTable(name: "Queues", columns: columns, rows: queues.map(row))
                }
            }
        }
    }

    private var columns: [DataTable.Column] {
        [
            DataTable.Column("Queue"), DataTable.Column("Waiting", .figure), DataTable.Column("Running", .figure),
            DataTable.Column("Retrying", .figure), DataTable.Column("Failed", .figure), DataTable.Column("State"),
            DataTable.Column("Actions", .actions),
        ]
    }

    private func row(_ queue: StationView.Queue) -> DataTable.Row {
        let about = "the queue \(queue.name)"
        let fields = [(name: "queue", value: queue.name)]
        return DataTable.Row([
            Markup(text: queue.name), Markup(text: "\(queue.waiting)"),
            Markup(text: "\(queue.running) of \(queue.slots)"), Markup(text: "\(queue.retrying)"),
            Markup(text: "\(queue.failed)"), state(queue),
            Tag("div")(.class("actions")) {
                if queue.pausedAt == nil {
                    button("pause-queue", "Pause", about, fields)
                } else {
                    button("resume-queue", "Resume", about, fields)
                }
                if queue.failed > 0 { button("requeue", "Retry failed", about, fields) }
            },
        ])
    }

    @MarkupBuilder private func state(_ queue: StationView.Queue) -> Markup {
        if let pausedAt = queue.pausedAt {
            Condition("paused", .poor)
            " by \(queue.pausedBy ?? "somebody"), "
            Moment(pausedAt, now: visit.now)
        } else {
            "open"
        }
    }

    private func button(
        _ action: StaticString,
        _ text: String,
        _ about: String,
        _ fields: [(name: String, value: String)]
    ) -> ActionButton {
        ActionButton(
            visit: visit,
            action: OperatorAction.path(action),
            text: text,
            about: about,
            fields: fields
        )
    }
}

/// What ran by the clock, and what comes next.
struct ScheduleTables: View {
    let visit: Visit
    let runs: Shown<[StationView.Run]>
    let schedules: Shown<[StationView.Schedule]>

    var body: Markup {
        LiveSection("runs", "Last scheduled runs") {
            switch runs {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let runs):
                if runs.isEmpty {
                    p(.class("empty")) { "Nothing has run yet. The next times stand below." }
                } else {
                    DataTable(
                        name: "Last scheduled runs",
                        columns: [
                            DataTable.Column("Schedule"), DataTable.Column("State", .state), DataTable.Column("Due"),
                        ],
                        rows: runs.map(row)
                    )
                }
            }
        }
        LiveSection("schedules", "Next scheduled runs") {
            switch schedules {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let schedules):
                if schedules.isEmpty {
                    p(.class("empty")) {
                        "No schedules. "
                        code("cryptocallctl schedules add")
                        " makes one."
                    }
                } else {
                    DataTable(
                        name: "Next scheduled runs",
                        columns: [
                            DataTable.Column("Schedule"), DataTable.Column("Next"), DataTable.Column("Times"),
                            DataTable.Column("Job"), DataTable.Column("Actions", .actions),
                        ],
                        rows: schedules.map(row)
                    )
                }
            }
        }
    }

    private func row(_ run: StationView.Run) -> DataTable.Row {
        DataTable.Row([
            Markup(text: run.schedule), ScheduleTables.ending(run.state).body,
            run.fireAt.map { Moment($0, now: visit.now).body } ?? .empty,
        ])
    }

    private static func ending(_ state: String?) -> Condition {
        switch state {
        case "completed": Condition("completed", .good)
        case "discarded": Condition("failed", .bad)
        case "retryable": Condition("will retry", .poor)
        case .some(let state): Condition(state, .quiet)
        case nil: Condition("record gone", .quiet)
        }
    }

    private func row(_ schedule: StationView.Schedule) -> DataTable.Row {
        let isPaused = schedule.pausedAt != nil
        let about = "the schedule \(schedule.name)"
        let fields = [(name: "name", value: schedule.name)]
        return DataTable.Row([
            Markup(text: schedule.name), next(schedule), Tag("code")(schedule.cron), Markup(text: schedule.kind),
            Tag("div")(.class("actions")) {
                ActionButton(
                    visit: visit,
                    action: OperatorAction.path("run-schedule"),
                    text: "Run now",
                    about: about,
                    fields: fields
                )
                ActionButton(
                    visit: visit,
                    action: OperatorAction.path(isPaused ? "resume-schedule" : "pause-schedule"),
                    text: isPaused ? "Resume" : "Pause",
                    about: about,
                    fields: fields
                )
            },
        ])
    }

    @MarkupBuilder private func next(_ schedule: StationView.Schedule) -> Markup {
        if let pausedAt = schedule.pausedAt {
            Condition("paused", .poor)
            " "
            Moment(pausedAt, now: visit.now)
        } else if let nextAt = schedule.nextAt {
            Moment(nextAt, now: visit.now)
        } else {
            "never again"
        }
    }
}

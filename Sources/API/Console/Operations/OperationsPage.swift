import Bus
import Domain
import Identity
import Telemetry

/// How the station is, part by part, and what can be done about it: what is wrong comes first.
struct OperationsPage: Page {
    let visit: Visit
    let health: HealthReport
    let failedJobs: Shown<[StationView.Job]>
    let actors: Shown<[StationView.Actor]>
    let queues: Shown<[StationView.Queue]>
    let runs: Shown<[StationView.Run]>
    let schedules: Shown<[StationView.Schedule]>
    /// Warnings and worse, newest first.
    let troubles: [RecentLogs.Entry]
    let alerts: Shown<StationView.Alerts>
    /// `nil` where nobody can follow the station live.
    let followers: Followers?

    var name: String { "Operations" }
    var place: OwnPath? { "/operations" }
    /// How often a browser that runs scripts renews the page.
    static let renewedEverySeconds = 5

    var body: Markup {
        div(.class("headline")) {
            h1("Operations")
            p(.class("state"), .id("state"), .data("live")) {
                Condition(health.status)
                span { "Up for \(Figures.span(seconds: Int64(health.uptimeSeconds)))" }
            }
        }
        p(.class("contact"), .id("contact"), .role("status"), .data("every", "\(Self.renewedEverySeconds)")) {
            "As of \(Figures.clock(visit.now, now: visit.now)). Reload the page for what is newer."
        }
        ReasonList(health: health)
        AlertTable(alerts: alerts, now: visit.now)
        OutputSwitch(visit: visit)
        PartTable(health: health, now: visit.now)
        FailedJobTable(visit: visit, jobs: failedJobs)
        TroubleTable(entries: troubles, now: visit.now, isAdmin: visit.has(.admin))
        QueueTable(visit: visit, queues: queues)
        ScheduleTables(visit: visit, runs: runs, schedules: schedules)
        ActorTable(visit: visit, actors: actors)
        if let followers { FollowerTable(followers: followers, now: visit.now) }
        SettingsForms(visit: visit)
    }
}

/// A part of the page that is kept current.
struct LiveSection: View {
    let id: String
    let name: String
    let content: Markup

    init(_ id: String, _ name: String, @MarkupBuilder content: () -> Markup) {
        self.id = id
        self.name = name
        self.content = content()
    }

    var body: Markup {
        section(.id(id), .aria("labelledby", "\(id)-name"), .data("live")) {
            h2(.id("\(id)-name")) { name }
            content
        }
    }
}

/// Why the station is not as it should be.
struct ReasonList: View {
    let health: HealthReport

    var body: Markup {
        div(.id("reasons"), .data("live")) {
            if !health.reasons.isEmpty {
                ul(.class("error")) { for reason in health.reasons { li { reason } } }
            }
        }
    }
}

/// The emergency stop, and whether the hosts are on the air: each by itself.
struct OutputSwitch: View {
    let visit: Visit

    private var isMuted: Bool { visit.station.isMuted }

    /// Takes the hosts off the air and puts them back.
    private var programme: Markup {
        let isOff = visit.station.isOffAir
        return form(
            .class("row"),
            Attribute(.method, "post"),
            .action(OperatorAction.path(isOff ? "start-air" : "stop-air"))
        ) {
            TokenField(token: visit.formToken)
            label {
                "Why, for the audit log"
                input(.name("reason"), .type("text"), Attribute(.maxlength, "200"))
            }
            button(.type("submit")) { isOff ? "Put the hosts on the air" : "Take the hosts off the air" }
        }
    }

    var body: Markup {
        LiveSection("output", "Output") {
            p {
                if isMuted {
                    Condition("stopped", .bad)
                    " Nothing goes on the air and nothing is spent until it is released."
                } else {
                    Condition("on", .good)
                    visit.station.voice == "off"
                        ? " As text; the voice is off." : " Voice: \(visit.station.voice)."
                }
            }
            form(.class("row"), Attribute(.method, "post"), .action(OperatorAction.path(isMuted ? "unmute" : "mute"))) {
                TokenField(token: visit.formToken)
                label {
                    "Reason, for the audit log"
                    input(.name("reason"), .type("text"), Attribute(.maxlength, "200"))
                }
                if isMuted {
                    button(.class("main"), .type("submit")) { "Release the output" }
                } else {
                    button(.class("danger"), .type("submit")) { "Stop the output at once" }
                }
            }
            if visit.station.isOffAir {
                p {
                    Condition("off the air", .poor)
                    " The hosts say nothing until they are put on the air."
                }
            }
            programme
        }
    }
}

/// Every part that is looked at.
struct PartTable: View {
    let health: HealthReport
    let now: Timestamp

    var body: Markup {
        LiveSection("parts", "Parts") {
            if health.services.isEmpty {
                p(.class("empty")) {
                    "No part has been looked at yet: the first look comes within seconds of the start."
                }
            } else {
                if let checkedAt = health.checkedAt {
                    p(.class("note")) {
                        "Looked at "
                        Moment(checkedAt, now: now)
                    }
                }
                if !troubled.isEmpty { table("Parts that are not well", troubled) }
                if !well.isEmpty {
                    FoldedTable(id: "parts-well", text: "\(well.count) well", table: table("Parts that are well", well))
                }
            }
        }
    }

    private var troubled: [HealthReport.Service] { health.services.filter { $0.status != .ok } }
    private var well: [HealthReport.Service] { health.services.filter { $0.status == .ok } }

    private func table(_ name: String, _ parts: [HealthReport.Service]) -> DataTable {
        DataTable(
            name: name,
            columns: [
                DataTable.Column("Part"), DataTable.Column("State", .state), DataTable.Column("Answers in", .figure),
                DataTable.Column("Why", .prose),
            ],
            rows: parts.map { part in
                DataTable.Row([
                    Markup(text: part.name), Condition(part.status).body,
                    Markup(text: part.latency.map(Figures.milliseconds) ?? ""), Markup(text: part.reason ?? ""),
                ])
            }
        )
    }
}

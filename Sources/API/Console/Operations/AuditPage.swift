import JSON
import Store

/// Who did what, and how it ended.
struct AuditPage: Page {
    let visit: Visit
    let entries: Shown<[RecordedActivity]>
    /// How many stand on a page.
    static let count = 100

    var name: String { "Audit" }
    var place: OwnPath? { "/operations/audit" }

    var body: Markup {
        h1("Audit")
        switch entries {
        case .failure(let failure): Unavailable(failure: failure)
        case .success(let entries):
            if entries.isEmpty {
                p(.class("empty")) { "Nothing yet. Whatever changes the station or an account is written here." }
            } else {
                DataTable(
                    name: "Audit log",
                    columns: [
                        DataTable.Column("When"), DataTable.Column("Outcome", .state), DataTable.Column("Did"),
                        DataTable.Column("Who"), DataTable.Column("With", .prose),
                    ],
                    rows: entries.map(row)
                )
                if entries.count == AuditPage.count, let last = entries.last {
                    p { a(.href(older(than: last.id))) { "Older" } }
                }
            }
        }
    }

    private func older(than id: Int64) -> OwnPath {
        OwnPath(stringLiteral: "/operations/audit").asking("before", "\(id)")
    }

    private func row(_ entry: RecordedActivity) -> DataTable.Row {
        let activity = entry.activity
        return DataTable.Row([
            Moment(activity.time, now: visit.now).body,
            Condition(activity.outcome, activity.outcome == "done" ? .good : .poor).body,
            Markup(text: activity.action), Markup(text: "\(activity.caller) (\(activity.role))"), detail(of: activity),
        ])
    }

    /// What it was done to and with, by name.
    @MarkupBuilder private func detail(of activity: Activity) -> Markup {
        if let target = activity.target { Field(name: "to", text: target) }
        if let detail = activity.detail {
            if let members = try? JSONValue(parsing: Array(detail.utf8)).object {
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    Field(name: name, text: value.string ?? value.description)
                }
            } else {
                detail
            }
        }
    }
}

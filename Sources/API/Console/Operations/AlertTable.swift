import Bus

/// What is worth attention now, the critical first, and what cannot be watched.
struct AlertTable: View {
    let alerts: Shown<StationView.Alerts>
    let now: Timestamp

    var body: Markup {
        LiveSection("alerts", "Alerts") {
            switch alerts {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let alerts):
                if alerts.open.isEmpty { p(.class("empty")) { "None open." } } else { table(of: alerts.open) }
                if !alerts.silent.isEmpty {
                    FoldedTable(
                        id: "alerts-silent",
                        text: "\(alerts.silent.count) of the rules cannot be measured",
                        table: table(of: alerts.silent)
                    )
                }
            }
        }
    }

    private func table(of alerts: [StationView.Alerts.Open]) -> DataTable {
        DataTable(
            name: "Open alerts",
            columns: [
                DataTable.Column("Alert", .prose), DataTable.Column("Severity", .state), DataTable.Column("Since"),
            ],
            rows: (alerts.filter(\.isCritical) + alerts.filter { !$0.isCritical }).map { alert in
                DataTable.Row([
                    Markup(text: alert.text),
                    alert.isCritical ? Condition("critical", .bad).body : Condition("warning", .poor).body,
                    alert.raisedAt.map { Moment($0, now: now).body } ?? .empty,
                ])
            }
        )
    }

    private func table(of rules: [StationView.Alerts.Silent]) -> DataTable {
        DataTable(
            name: "Rules that cannot be measured",
            columns: [DataTable.Column("Rule"), DataTable.Column("Why", .prose)],
            rows: rules.map { DataTable.Row([Markup(text: $0.rule), Markup(text: $0.reason)]) }
        )
    }
}

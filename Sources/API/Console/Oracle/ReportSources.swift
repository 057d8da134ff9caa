import Bus
import WalletOracle

/// Where a report's history came from, and what is missing of it.
struct ReportSources: View {
    let sources: [SourceNote]
    let now: Timestamp

    var body: Markup {
        section(.id("sources"), .aria("labelledby", "sources-name")) {
            h2(.id("sources-name")) { "Sources" }
            if sources.isEmpty {
                p(.class("warning")) { "No source was asked." }
            } else {
                DataTable(
                    name: "Sources",
                    columns: [
                        DataTable.Column("Source"), DataTable.Column("State", .state),
                        DataTable.Column("Lacks", .prose), DataTable.Column("From"), DataTable.Column("To"),
                        DataTable.Column("Highest slot", .figure), DataTable.Column("Pages", .figure),
                    ],
                    rows: sources.map(row)
                )
            }
        }
    }

    private func row(_ source: SourceNote) -> DataTable.Row {
        DataTable.Row([
            Markup(text: source.name),
            state(of: source.completeness).body,
            Markup(text: source.completeness.reason ?? ""),
            source.from.map { Moment($0, now: now).body } ?? .empty,
            source.to.map { Moment($0, now: now).body } ?? .empty,
            Markup(text: source.slot.map { Figures.grouped("\($0)") } ?? ""),
            // Of what never came there is no number.
            Markup(text: source.isMissing && source.pages == 0 ? "" : Figures.grouped("\(source.pages)")),
        ])
    }

    private func state(of completeness: SourceNote.Completeness) -> Condition {
        switch completeness {
        case .complete: Condition(completeness.name, .good)
        case .partial: Condition(completeness.name, .poor)
        case .missing: Condition(completeness.name, .bad)
        }
    }
}

extension SourceNote {
    fileprivate var isMissing: Bool { if case .missing = completeness { true } else { false } }
}

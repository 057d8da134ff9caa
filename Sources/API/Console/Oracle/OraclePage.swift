import Bus
import Domain
import WalletAnalysis
import WalletOracle

/// Where operators ask the oracle, and see what it was asked and who has paid.
struct OraclePage: Page {
    static let path: OwnPath = "/oracle"
    static let reportsShown = 20
    static let paymentsShown = 10

    let reports: Shown<[ListedReport]>
    /// `nil` where they are not shown.
    let payments: Shown<BurnBook>?
    /// Whether it shows the reports behind an earlier page.
    let isOlder: Bool
    let visit: Visit

    var name: String { "Wallet oracle" }
    var place: OwnPath? { OraclePage.path }

    private var now: Timestamp { visit.now }

    var body: Markup {
        h1("Wallet oracle")
        p(.class("contact"), .id("contact"), .role("status")) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        WalletQuestion(visit: visit)
        section(.aria("labelledby", "reports")) {
            h2(.id("reports")) { isOlder ? "Older reports" : "The last reports" }
            switch reports {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let reports): list(reports)
            }
        }
        if let payments {
            section(.aria("labelledby", "payments")) {
                h2(.id("payments")) { "Payments by burning" }
                switch payments {
                case .failure(let failure): Unavailable(failure: failure)
                case .success(let book): BurnTable(book: book, now: now)
                }
                p { a(.href(BurnsPage.path)) { "All payments" } }
            }
        }
    }

    @MarkupBuilder private func list(_ reports: [ListedReport]) -> Markup {
        if reports.isEmpty {
            p(.class("empty")) { isOlder ? "There are no older ones." : "No wallet was looked at yet." }
        } else {
            DataTable(
                name: "Reports",
                columns: [
                    DataTable.Column("Wallet", .prose), DataTable.Column("Tier", .state),
                    DataTable.Column("Why", .prose),
                    DataTable.Column("Risk", .figure), DataTable.Column("Sources", .prose), DataTable.Column("Made"),
                ],
                rows: reports.map(row)
            )
        }
        if reports.count == OraclePage.reportsShown, let last = reports.last {
            p { a(.href(OraclePage.path.asking("before", last.place.text))) { "Older reports" } }
        }
        if isOlder { p { a(.href(OraclePage.path)) { "The newest" } } }
    }

    private func row(_ listed: ListedReport) -> DataTable.Row {
        let wallet = Tag("a")(.href(OracleWalletPage.path.asking("wallet", listed.wallet))) {
            Tag("code")(listed.wallet)
        }
        return DataTable.Row([
            wallet,
            Condition("tier \(listed.tier.rawValue)", listed.tier.tone).body,
            Markup(text: listed.report?.rule.words ?? "written by another release"),
            Markup(text: listed.report?.riskWords ?? "\(listed.riskScore) of 100"),
            sources(of: listed),
            made(listed),
        ])
    }

    @MarkupBuilder private func sources(of listed: ListedReport) -> Markup {
        if let report = listed.report {
            report.sources.isEmpty
                ? "none was asked"
                : report.sources.map { "\($0.name): \($0.completeness.name)" }.joined(separator: ", ")
        } else {
            "not known"
        }
    }

    @MarkupBuilder private func made(_ listed: ListedReport) -> Markup {
        Moment(listed.madeAt, now: now)
        if now > listed.staleAfter {
            " "
            Condition("stale", .poor)
        }
    }
}

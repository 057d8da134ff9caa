import Bus
import Governance

/// All proposals, the newest first, and the form for another one.
struct ProposalsPage: Page {
    static let path: OwnPath = "/proposals"
    static let proposalsShown = 20
    /// How often a browser that runs scripts renews the page.
    private static let renewedEverySeconds = 15

    let list: Shown<ConsoleGovernance.ProposalList>
    /// Why nothing can be proposed.
    let lack: String?
    let proposer: ProposalForm.Proposer
    /// Whether it shows those behind an earlier page.
    let isOlder: Bool
    let visit: Visit

    var name: String { "Proposals" }
    var place: OwnPath? { ProposalsPage.path }

    private var now: Timestamp { visit.now }

    var body: Markup {
        h1("Proposals")
        p {
            "What the holders of the station's token decide. A vote is a text that a wallet signs: it costs nothing and "
            "moves no money."
        }
        p(
            .class("contact"),
            .id("contact"),
            .role("status"),
            .data("every", "\(ProposalsPage.renewedEverySeconds)")
        ) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        section(.id("proposals"), .aria("labelledby", "proposal-list"), .data("live")) {
            h2(.id("proposal-list")) { isOlder ? "Older proposals" : "Votes" }
            switch list {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let list): table(list)
            }
        }
        ProposalForm(lack: lack, proposer: proposer, visit: visit)
    }

    @MarkupBuilder private func table(_ list: ConsoleGovernance.ProposalList) -> Markup {
        if list.proposals.isEmpty {
            p(.class("empty")) { isOlder ? "There are no older ones." : "Nothing was proposed yet." }
        } else {
            DataTable(
                name: "Proposals",
                columns: [
                    DataTable.Column("Proposal", .prose), DataTable.Column("Status", .state),
                    DataTable.Column("Voting"),
                    DataTable.Column("At the top", .prose), DataTable.Column("Quorum", .prose),
                ],
                rows: list.proposals.map(row)
            )
        }
        if let next = list.next {
            p { a(.href(ProposalsPage.path.asking("before", next.description))) { "Older proposals" } }
        }
        if isOlder { p { a(.href(ProposalsPage.path)) { "The newest" } } }
    }

    private func row(_ sheet: ProposalSheet) -> DataTable.Row {
        let view = sheet.view
        return DataTable.Row(
            id: "proposal-\(view.id)",
            [
                Tag("a")(.href(sheet.path)) { view.title },
                ProposalCondition(sheet: sheet, now: now).body,
                time(of: sheet),
                view.winner.map { Markup(text: $0) } ?? sheet.lead,
                quorum(of: sheet),
            ]
        )
    }

    @MarkupBuilder private func time(of sheet: ProposalSheet) -> Markup {
        if sheet.isOpen(at: now) {
            "closes "
            Moment(sheet.view.closesAt, now: now)
        } else {
            "closed "
            Moment(min(sheet.view.closesAt, now), now: now)
        }
    }

    @MarkupBuilder private func quorum(of sheet: ProposalSheet) -> Markup {
        "\(AmountText.percent(basisPoints: sheet.quorumBasisPoints)) of the quorum"
        ShareBar(
            share: Double(sheet.quorumBasisPoints) / 10_000,
            tone: sheet.view.hasQuorum ? .good : .plain
        )
    }
}

import Bus
import Governance

/// One proposal: what is proposed, how it stands, and where to vote.
struct ProposalPage: Page {
    let sheet: ProposalSheet
    let visit: Visit

    var name: String { sheet.view.title }
    var place: OwnPath? { ProposalsPage.path }
    var scripts: [StaticString] { sheet.isOpen(at: now) ? ["proposal.js"] : [] }

    private var now: Timestamp { visit.now }

    /// How often a browser that runs scripts renews the page; what is decided hardly changes.
    private var renewedEverySeconds: Int { sheet.state == .voting ? 10 : 60 }

    var body: Markup {
        div(.class("headline")) {
            h1(sheet.view.title)
            p(.class("state"), .id("proposal-state"), .data("live")) {
                ProposalCondition(sheet: sheet, now: now)
                span { sheet.sentence(at: now) }
            }
        }
        p(.class("contact"), .id("contact"), .role("status"), .data("every", "\(renewedEverySeconds)")) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        description
        ProposalCount(sheet: sheet)
        if sheet.isOpen(at: now) { BallotForm(sheet: sheet) }
        if sheet.mayBeVetoed { VetoBox(sheet: sheet) }
        ProposalTimeline(sheet: sheet, now: now)
        ProposalRulesList(sheet: sheet)
        ProposalProofs(sheet: sheet)
        p { a(.href(ProposalsPage.path)) { "All proposals" } }
    }

    private var description: Markup {
        section(.aria("labelledby", "proposed")) {
            h2(.id("proposed")) { "What is proposed" }
            if sheet.view.description.isEmpty {
                p(.class("empty")) { "Nothing was written beside the title." }
            } else {
                p(.class("plain")) { sheet.view.description }
            }
            if let address = sheet.view.mediaURL.flatMap({ OutsideAddress($0) }) {
                p {
                    "To be seen at "
                    a(.href(outside: address), Attribute(.rel, "noopener noreferrer nofollow")) { address.host }
                }
            }
            p(.class("note")) {
                "Proposed by "
                code(sheet.view.creator)
            }
        }
    }
}

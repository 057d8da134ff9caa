import Bus
import Governance

/// What has happened to a proposal, and what is to come.
struct ProposalTimeline: View {
    let sheet: ProposalSheet
    let now: Timestamp

    var body: Markup {
        section(.id("timeline"), .aria("labelledby", "timeline-name"), .data("live")) {
            h2(.id("timeline-name")) { "What has happened" }
            ol(.class("said")) {
                for step in steps {
                    li {
                        if let at = step.at { Moment(at, now: now) } else { span(.class("note")) { "no time known" } }
                        p { step.text }
                    }
                }
            }
            chain
        }
    }

    private var steps: [(at: Timestamp?, text: String)] {
        let view = sheet.view
        var steps: [(at: Timestamp?, text: String)] = [
            (view.opensAt, view.opensAt <= now ? "Opened, with the balances of that moment" : "Opens")
        ]
        if let at = sheet.quorumReachedAt { steps.append((at, "Enough had been cast")) }
        if view.isExtended {
            steps.append(
                (sheet.plannedCloseAt, "Was to close then: the quorum came late, so voting stayed open longer")
            )
        }
        steps.append((view.closesAt, view.closesAt <= now ? "Voting closed" : "Voting closes"))
        if let at = view.decidedAt { steps.append((at, decision)) }
        if let at = sheet.executableAt {
            steps.append((at, "From then on it may be carried out; the council may object"))
        }
        switch sheet.state {
        case .executing: steps.append((nil, "It is being carried out"))
        case .executed: steps.append((nil, "It was carried out"))
        case .executionFailed: steps.append((nil, "It could not be carried out"))
        case .voting, .passed, .rejected, .noQuorum, .vetoed, nil: break
        }
        if let landing = sheet.landing {
            steps.append((landing.at, "The result stands on the chain, at slot \(landing.slot)"))
        }
        return steps
    }

    private var decision: String {
        guard sheet.state == .vetoed else { return "Decided: \(sheet.sentence(at: now))" }
        return "The council objected" + (sheet.vetoedBy.map { ", by the key \($0)" } ?? "")
    }

    @MarkupBuilder private var chain: Markup {
        if let signature = sheet.view.chainSignature {
            p {
                "Transaction on the chain: "
                code(signature)
            }
        } else if let note = sheet.view.chainNote {
            p(.class("note")) { "On the chain: \(note)." }
        }
    }
}

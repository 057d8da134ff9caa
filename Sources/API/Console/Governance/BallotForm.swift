import Bus
import Governance
import Identity

/// Where a ballot is made and signed: by the browser's wallet program, or by hand.
///
/// What is signed, and what comes back, is for a script; without one the page says what to do instead.
struct BallotForm: View {
    let sheet: ProposalSheet

    var body: Markup {
        section(.id("vote"), .aria("labelledby", "vote-name")) {
            h2(.id("vote-name")) { "Vote" }
            p { sheet.system.rule }
            p(.class("note")) {
                "A ballot counts with what the wallet held when the proposal opened, once and for good. Signing costs "
                    + "nothing and moves no money; nobody who asks for a ballot needs your keys or your words."
            }
            form(
                .id("ballot"),
                .flag(.hidden),
                .data("proposal", sheet.view.id.description),
                .data("system", sheet.system.rawValue),
                .data("decimals", "\(sheet.view.snapshot.decimals)")
            ) {
                BallotChoices(sheet: sheet)
                SigningProblem(field: "choice")
                WalletSigning(act: "Vote with my wallet", send: "Send the ballot", chains: [.solana])
            }
            p(.class("lead"), .id("signing-status"), .role("status")) { "" }
            SigningProblem(field: "any")
            BallotByProgram(sheet: sheet)
        }
    }
}

/// What can be chosen, in the manner of the voting system.
struct BallotChoices: View {
    let sheet: ProposalSheet

    private var options: Range<Int> { sheet.view.options.indices }

    var body: Markup {
        fieldset(.id("choices"), .class("options"), .aria("describedby", "choice-problem")) {
            legend { title }
            switch sheet.system {
            case .basic: for option in options { pick("radio", sheet.label(option), sheet.label(option)) }
            case .approval: for option in options { pick("checkbox", "\(option)", sheet.label(option)) }
            case .weighted, .quadratic:
                for option in options { share(of: option) }
                p(.class("note"), .id("shares-sum"), .role("status")) { "" }
            case .ranked, .copeland: ranking
            }
        }
    }

    private var title: String {
        switch sheet.system {
        case .basic: "Your choice"
        case .approval: "What you approve of"
        case .weighted, .quadratic: "Your parts in percent, which make 100"
        case .ranked, .copeland: "Your ranking, the best first"
        }
    }

    private func pick(_ type: StaticString, _ value: String, _ text: String) -> Markup {
        label(.class("choice")) {
            input(.type(type), .name("choice"), .value(value))
            text
        }
    }

    private func share(of option: Int) -> Markup {
        label(.class("share")) {
            span { sheet.label(option) }
            input(
                .type("text"),
                .name("choice"),
                .data("option", "\(option)"),
                Attribute(.inputmode, "decimal"),
                Attribute(.autocomplete, "off"),
                Attribute(.maxlength, "6"),
                Attribute(.placeholder, "0")
            )
        }
    }

    @MarkupBuilder private var ranking: Markup {
        ol(.id("ranked"), .class("ranking"), .aria("label", "Ranked, the best first")) { "" }
        p(.class("empty"), .id("ranked-none")) { "Nothing is ranked yet: begin with the best." }
        p(.class("note"), .id("unranked-name")) { "Not ranked, and so below all others:" }
        ul(.id("unranked"), .class("ranking"), .aria("labelledby", "unranked-name")) {
            for option in options {
                li(.data("option", "\(option)")) {
                    span { sheet.label(option) }
                    span(.class("actions")) {
                        move("up", "Up", option)
                        move("down", "Down", option)
                        move("out", "Leave out", option)
                        move("in", "Rank", option)
                    }
                }
            }
        }
        p(.class("note"), .id("ranking-said"), .role("status")) { "" }
    }

    private func move(_ direction: String, _ text: String, _ option: Int) -> Markup {
        button(
            .type("button"),
            .data("move", direction),
            .aria("label", "\(text): \(sheet.label(option))")
        ) { text }
    }
}

/// How a program votes, and people whose browser runs no scripts.
struct BallotByProgram: View {
    let sheet: ProposalSheet

    var body: Markup {
        SigningByProgram(
            signer: "wallet",
            door: "POST /governance/vote",
            fields: "proposal_id, wallet, choice, nonce, issued_at, expires_at, signature, form"
        ) {
            code("GET \(sheet.programPath.appending("ballot").text)?wallet=ADDRESS&choice=CHOICE")
            ", where a choice is written as "
            code(example)
            if sheet.system != .basic { "; options have the numbers from 0 on in their order" }
        }.body
    }

    private var example: String {
        switch sheet.system {
        case .basic: "yes, no or abstain"
        case .approval: "approve:0,1"
        case .weighted, .quadratic: "shares:0=6000,1=4000 (ten-thousandths)"
        case .ranked, .copeland: "rank:1,0"
        }
    }
}

import Bus
import Governance
import Identity

extension ProposalSheet {
    /// Whether a key of the council may still object: while people vote, and until it is being carried out.
    var mayBeVetoed: Bool { (state == .voting || state == .passed) && !view.rules.vetoKeys.isEmpty }

    var vetoPath: OwnPath { path.appending("veto") }
}

/// Says on a proposal's page that the council may object, and where.
///
/// The form has a page of its own: one page asks for one signature.
struct VetoBox: View {
    let sheet: ProposalSheet

    var body: Markup {
        section(.id("veto"), .aria("labelledby", "veto-name")) {
            h2(.id("veto-name")) { "The council may object" }
            p {
                "Until it is being carried out, each of these keys can stop it alone: "
                for (place, key) in sheet.view.rules.vetoKeys.enumerated() {
                    if place > 0 { ", " }
                    code(key)
                }
                ". "
                a(.href(sheet.vetoPath)) { "Object with a key of the council" }
            }
        }
    }
}

/// Where a key of the council objects.
struct VetoPage: Page {
    let sheet: ProposalSheet

    var name: String { "Veto: \(sheet.view.title)" }
    var place: OwnPath? { ProposalsPage.path }
    var scripts: [StaticString] { sheet.mayBeVetoed ? ["veto.js"] : [] }

    var body: Markup {
        h1("Object to a proposal")
        p(.class("lead")) { a(.href(sheet.path)) { sheet.view.title } }
        if sheet.mayBeVetoed {
            VetoForm(sheet: sheet)
        } else {
            p(.class("warning")) { reason }
        }
        p { a(.href(sheet.path)) { "Back to the proposal" } }
    }

    private var reason: String {
        if sheet.view.rules.vetoKeys.isEmpty { return "Nobody can object: there is no council." }
        return switch sheet.state {
        case .vetoed: "The council has objected already."
        case .executing, .executed, .executionFailed: "It is too late to object: carrying it out has begun."
        case .voting, .passed, .rejected, .noQuorum, nil: "There is nothing to object to: it has not passed."
        }
    }
}

/// Where an objection is made and signed: by the browser's wallet program, or by hand.
struct VetoForm: View {
    /// As the desk takes it.
    static let reasonBytesMax = 500

    let sheet: ProposalSheet

    var body: Markup {
        section(.id("object"), .aria("labelledby", "object-name")) {
            h2(.id("object-name")) { "Sign the objection" }
            p(.class("warning")) { "An objection ends the proposal for good, and its reason is for everybody to read." }
            p(.class("note")) {
                "It takes the signature of one of these keys: "
                for (place, key) in sheet.view.rules.vetoKeys.enumerated() {
                    if place > 0 { ", " }
                    code(key)
                }
                "."
            }
            form(.id("objection"), .flag(.hidden), .data("proposal", sheet.view.id.description)) {
                label {
                    "Reason, in one line"
                    input(
                        .id("reason"),
                        .type("text"),
                        Attribute(.maxlength, "\(VetoForm.reasonBytesMax)"),
                        Attribute(.autocomplete, "off"),
                        .aria("describedby", "reason-problem")
                    )
                }
                SigningProblem(field: "reason")
                WalletSigning(act: "Object with my key", send: "Send the objection", chains: [.solana])
            }
            p(.class("lead"), .id("signing-status"), .role("status")) { "" }
            SigningProblem(field: "any")
            program
        }
    }

    private var program: Markup {
        SigningByProgram(
            signer: "key",
            door: "POST /governance/veto",
            fields: "proposal_id, key, reason, nonce, issued_at, expires_at, signature, form"
        ) {
            code("GET /governance/veto?proposal_id=\(sheet.view.id)&key=KEY&reason=REASON")
        }.body
    }
}

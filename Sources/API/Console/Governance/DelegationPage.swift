import Identity

/// Who votes for one's wallets, and where that is signed.
struct DelegationPage: Page {
    static let path: OwnPath = "/delegation"

    /// Why nobody can be chosen.
    let lack: String?
    /// `nil` for those who are not logged in; a signature is all it takes.
    let delegations: Shown<[ConsoleDelegation.Delegation]>?
    let visit: Visit

    var name: String { "Delegation" }
    var place: OwnPath? { visit.person == nil ? ProposalsPage.path : WalletsPage.path }
    var scripts: [StaticString] { lack == nil ? ["delegation.js"] : [] }

    var body: Markup {
        h1("Delegation")
        p {
            "A wallet can have another one vote for it. Where it does not vote itself, its weight goes to the other one's "
                + "ballot, and on along that one's own choice. It holds for proposals that open afterwards."
        }
        if let delegations { own(delegations) }
        section(.id("choose"), .aria("labelledby", "choose-name")) {
            h2(.id("choose-name")) { "Choose who votes" }
            if let lack {
                p(.class("warning")) { "Nobody can be chosen now: \(lack)." }
            } else {
                DelegationForm()
            }
        }
        p { a(.href(ProposalsPage.path)) { "All proposals" } }
    }

    private func own(_ delegations: Shown<[ConsoleDelegation.Delegation]>) -> Markup {
        section(.id("delegations"), .aria("labelledby", "delegation-list"), .data("live")) {
            h2(.id("delegation-list")) { "My wallets" }
            switch delegations {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let delegations): table(delegations)
            }
        }
    }

    @MarkupBuilder private func table(_ delegations: [ConsoleDelegation.Delegation]) -> Markup {
        if delegations.isEmpty {
            p(.class("empty")) {
                "No wallet of Solana is linked to your account, so none is listed here. "
                a(.href(WalletsPage.path)) { "Your wallets" }
            }
        } else {
            DataTable(
                name: "Who votes for my wallets",
                columns: [DataTable.Column("Wallet", .prose), DataTable.Column("Votes through", .prose)],
                rows: delegations.map { delegation in
                    let delegate = delegation.delegate.map { Tag("code")($0) }
                    return DataTable.Row([
                        Tag("code")(delegation.wallet), delegate ?? Markup(text: "nobody: it votes itself"),
                    ])
                }
            )
        }
    }
}

/// Where it is signed who votes for a wallet: by the browser's wallet program, or by hand.
struct DelegationForm: View {
    var body: Markup {
        p(.class("note")) {
            "The wallet whose votes they are signs a text. Signing costs nothing and moves no money; nobody who asks for "
                + "it needs your keys or your words."
        }
        form(.id("delegation"), .flag(.hidden)) {
            label {
                "What the wallet says"
                select(.id("says")) {
                    option(.value("delegate")) { "another wallet is to vote for it" }
                    option(.value("nobody")) { "nobody is to vote for it any more" }
                }
            }
            div(.id("delegate-part")) {
                label {
                    "Address of the wallet that is to vote"
                    input(
                        .id("delegate"),
                        .type("text"),
                        Attribute(.maxlength, "128"),
                        Attribute(.autocomplete, "off"),
                        Attribute(.spellcheck, "false"),
                        .aria("describedby", "delegate-problem")
                    )
                }
                SigningProblem(field: "delegate")
            }
            WalletSigning(act: "Sign with my wallet", send: "Send the choice", chains: [.solana])
        }
        p(.class("lead"), .id("signing-status"), .role("status")) { "" }
        SigningProblem(field: "any")
        program
    }

    private var program: Markup {
        SigningByProgram(
            signer: "wallet",
            door: "POST /governance/delegation",
            fields: "wallet, delegate, nonce, issued_at, expires_at, signature, form"
        ) {
            code("GET /governance/delegation?wallet=ADDRESS&delegate=ADDRESS")
            "; without "
            code("delegate")
            " nobody votes for the wallet any more"
        }.body
    }
}

import Bus
import Identity

/// The wallets of an account, and where another one is linked.
struct WalletsPage: Page {
    static let path: OwnPath = "/wallets"

    let wallets: Shown<[ConsoleGovernance.Wallet]>
    let visit: Visit

    var name: String { "Wallets" }
    var place: OwnPath? { WalletsPage.path }
    var scripts: [StaticString] { ["wallets.js"] }

    var body: Markup {
        h1("Wallets")
        p {
            "A linked wallet shows that it is yours, by a signature. It lets you propose what its tokens allow, and "
                + "nothing can be paid with it from here."
        }
        section(.id("wallets"), .aria("labelledby", "wallet-list"), .data("live")) {
            h2(.id("wallet-list")) { "Linked" }
            switch wallets {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let wallets): table(wallets)
            }
        }
        if visit.hasDelegation { p { a(.href(DelegationPage.path)) { "Have another wallet vote for one of yours" } } }
        section(.id("link"), .aria("labelledby", "link-name")) {
            h2(.id("link-name")) { "Link a wallet" }
            p(.id("link-without")) {
                "This takes a script, because a wallet has to sign a text. By a program: "
                code("POST /api/wallets/challenge")
                " gives the text, and "
                code("POST /api/wallets/link")
                " takes the signature."
            }
            form(.id("link-form"), .flag(.hidden)) {
                label {
                    "Chain"
                    select(.id("chain")) {
                        option(.value(WalletChain.solana.rawValue)) { "Solana" }
                        option(.value(WalletChain.ethereum.rawValue)) { "Ethereum" }
                    }
                }
                WalletSigning(act: "Link my wallet", send: "Link the wallet", chains: WalletChain.allCases)
            }
            p(.class("lead"), .id("signing-status"), .role("status")) { "" }
            SigningProblem(field: "any")
        }
    }

    @MarkupBuilder private func table(_ wallets: [ConsoleGovernance.Wallet]) -> Markup {
        if wallets.isEmpty {
            p(.class("empty")) { "No wallet is linked to your account yet." }
        } else {
            DataTable(
                name: "Wallets",
                columns: [
                    DataTable.Column("Address", .prose), DataTable.Column("Chain", .state),
                    DataTable.Column("Linked"), DataTable.Column("Actions", .actions),
                ],
                rows: wallets.map(row)
            )
        }
    }

    private func row(_ wallet: ConsoleGovernance.Wallet) -> DataTable.Row {
        DataTable.Row([
            Tag("code")(wallet.address),
            Markup(text: wallet.chain.rawValue),
            Moment(wallet.linkedAt, now: visit.now).body,
            ActionButton(
                visit: visit,
                action: WalletsPage.path.appending(wallet.id.description).appending("unlink"),
                text: "Unlink",
                about: "the wallet \(wallet.address)",
                isDangerous: true
            ).body,
        ])
    }
}

import Domain

/// The form that asks the oracle about a wallet.
struct WalletQuestion: View {
    /// What was typed before.
    var typed = ""
    /// Why that was not answered.
    var failure: APIError?
    let visit: Visit

    var body: Markup {
        section(.aria("labelledby", "question")) {
            h2(.id("question")) { "Ask about a wallet" }
            form(Attribute(.method, "post"), .action(OracleWalletPage.path)) {
                TokenField(token: visit.formToken)
                label {
                    "Wallet address, of Solana"
                    input(field)
                }
                if let failure { p(.class("error"), .id("wallet-problem"), .role("alert")) { failure.message } }
                p { button(.class("main"), .type("submit")) { "Ask the oracle" } }
            }
            p(.class("note")) {
                visit.has(.operator)
                    ? "A report holds for a while; asked again within it, the same one is shown."
                    : "It has to be linked to your account. "
                if !visit.has(.operator) { a(.href(WalletsPage.path)) { "Your wallets" } }
            }
        }
    }

    private var field: [Attribute] {
        let plain: [Attribute] = [
            .name("wallet"), .type("text"), .value(typed), .flag(.required), Attribute(.maxlength, "128"),
            Attribute(.autocomplete, "off"), Attribute(.spellcheck, "false"),
        ]
        guard failure != nil else { return plain }
        return plain + [.aria("invalid", "true"), .aria("describedby", "wallet-problem"), .flag(.autofocus)]
    }
}

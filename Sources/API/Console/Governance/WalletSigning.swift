import Identity

/// Where a text is signed: by a wallet program of the browser, or somewhere else with the signature pasted.
///
/// Shared by the pages that ask for signatures; their scripts fill it.
struct WalletSigning: View {
    /// What the button of the wallet program does.
    let act: String
    /// What the button below a pasted signature does.
    let send: String
    let chains: [WalletChain]

    var body: Markup {
        div(.class("row")) {
            label {
                "Wallet program"
                select(.id("program")) { option(.value("")) { "none was found in this browser" } }
            }
            button(.class("main"), .type("submit"), .id("act")) { act }
        }
        details(.id("by-hand")) {
            summary("With another wallet, a device, or offline")
            label {
                "Wallet address"
                input([.id("wallet"), .type("text"), Attribute(.maxlength, "128")] + plain("wallet"))
            }
            SigningProblem(field: "wallet")
            p { button(.type("button"), .id("show-text")) { "Show the text" } }
        }
        div(.id("signing"), .flag(.hidden)) {
            h3("The text to sign")
            copied("signing-text", "The text to sign", "Copy the text")
            p(.class("note"), .id("signing-until"), .role("status")) { "" }
            if chains.contains(.solana) { command("solana", "solana sign-offchain-message", "the Solana tools") }
            if chains.contains(.ethereum) { command("ethereum", "cast wallet sign", "Foundry") }
            form
            label {
                if chains.contains(.ethereum) {
                    "Signature, in base58 (Solana) or hexadecimal (Ethereum)"
                } else {
                    "Signature, in base58"
                }
                input([.id("signature"), .type("text"), Attribute(.maxlength, "1024")] + plain("signature"))
            }
            SigningProblem(field: "signature")
            p { button(.class("main"), .type("button"), .id("send")) { send } }
        }
    }

    private func plain(_ field: String) -> [Attribute] {
        [
            Attribute(.autocomplete, "off"), Attribute(.spellcheck, "false"),
            .aria("describedby", "\(field)-problem"),
        ]
    }

    /// A text that a script fills in, to be copied.
    @MarkupBuilder private func copied(_ id: String, _ name: String, _ button: String) -> Markup {
        pre(
            .class("secret"),
            .id(id),
            Attribute(.tabindex, "0"),
            .role("textbox"),
            .aria("readonly", "true"),
            .aria("multiline", "true"),
            .aria("label", name)
        ) { "" }
        p {
            self.button(.type("button"), .data("copy", id), .flag(.hidden)) { button }
            " "
            span(.id("\(id)-copied"), .role("status")) { "" }
        }
    }

    /// How a text is signed at a command line, on a machine that need not have a network.
    private func command(_ chain: String, _ program: String, _ tools: String) -> Markup {
        details(.id("command-of-\(chain)")) {
            summary("By \(program), with a device or a key file")
            p(.class("note")) {
                "With \(tools), also on a machine without a network; a device may have to be told first that it may sign "
                    + "what it cannot show."
            }
            copied("command-\(chain)", "The command", "Copy the command")
        }
    }

    /// What was signed.
    private var form: Markup {
        div(.id("form-choice")) {
            label {
                "What was signed"
                select(.id("form")) {
                    option(.value("plain")) { "the text as it stands" }
                    option(.value("offchain")) { "an off-chain message, as the command and devices do" }
                }
            }
        }
    }
}

/// Stands beside a field and says what is wrong with it.
struct SigningProblem: View {
    let field: String

    var body: Markup { p(.class("error"), .id("\(field)-problem"), .role("alert"), .flag(.hidden)) { "" } }
}

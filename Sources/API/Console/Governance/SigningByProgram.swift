/// How a program signs and sends a choice, and people whose browser runs no scripts.
struct SigningByProgram: View {
    /// Where the text comes from, after "Get the text: ".
    let text: Markup
    /// What signs it, such as "wallet".
    let signer: String
    /// Where it is sent to, as `POST /path`.
    let door: String
    /// The members of the body.
    let fields: String

    /// - Parameters:
    ///   - signer: what signs the text, such as "wallet".
    ///   - door: where it is sent to, as `POST /path`.
    ///   - fields: the members of the body.
    ///   - text: where the text comes from.
    init(signer: String, door: String, fields: String, @MarkupBuilder text: () -> Markup) {
        self.signer = signer
        self.door = door
        self.fields = fields
        self.text = text()
    }

    var body: Markup {
        // A script closes it where there is one.
        details(.id("by-program"), .flag(.open)) {
            summary("Without scripts, or by a program")
            ol {
                li {
                    "Get the text: "
                    text
                }
                li {
                    "Sign it as it stands with the \(signer), or by "
                    code("solana sign-offchain-message")
                    " (then the form is "
                    code("offchain")
                    ")"
                }
                li {
                    "Send it within ten minutes: "
                    code(door)
                    " with "
                    code(fields)
                    " as JSON"
                }
            }
        }
    }
}

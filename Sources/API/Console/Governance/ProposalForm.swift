import Governance

/// Where somebody proposes something, or is told why nobody can.
struct ProposalForm: View {
    /// Who would propose.
    enum Proposer: Sendable {
        /// Nobody is logged in.
        case nobody
        /// Somebody with these wallets of Solana, and what was typed before.
        case account(wallets: Shown<[String]>, values: Values, failure: APIError?)
    }

    /// What stands in the fields.
    struct Values: Hashable, Sendable {
        var title = ""
        var description = ""
        var wallet = ""
        /// The raw value of one.
        var system = VotingSystem.basic.rawValue
        /// One a line.
        var options = ""
        var days = ""
    }

    /// Names of the fields.
    static let fields = ["title", "description", "wallet", "system", "options", "days"]

    let lack: String?
    let proposer: Proposer
    let visit: Visit

    private var textarea: Tag { Tag("textarea") }

    var body: Markup {
        section(.aria("labelledby", "propose")) {
            h2(.id("propose")) { "Propose something" }
            if let lack {
                p(.class("warning")) { "Nothing can be proposed now: \(lack)." }
            } else {
                switch proposer {
                case .nobody: stranger
                case .account(let wallets, let values, let failure): account(wallets, values, failure)
                }
            }
        }
    }

    private var stranger: Markup {
        p {
            "Whoever proposes needs an account with a linked wallet that holds enough of the token. "
            if visit.canLogIn { a(.href(Console.logInPath(leadingTo: ProposalsPage.path))) { "Log in to propose" } }
        }
    }

    @MarkupBuilder private func account(
        _ wallets: Shown<[String]>,
        _ values: Values,
        _ failure: APIError?
    ) -> Markup {
        switch wallets {
        case .failure(let failure): Unavailable(failure: failure)
        case .success(let wallets):
            if wallets.isEmpty {
                p {
                    "No wallet of Solana is linked to your account. "
                    a(.href(WalletsPage.path)) { "Link one first" }
                }
            } else {
                if let failure { refusal(failure) }
                form(wallets, values, Faults(failure))
            }
        }
    }

    /// What is wrong with no single field; what is wrong with one stands beside it.
    private func refusal(_ failure: APIError) -> Markup {
        let others = failure.faults.filter { fault in
            !ProposalForm.fields.contains { Faults.isOf($0, fault) }
        }
        return div(.class("error"), .id("propose-failure"), .role("alert")) {
            if failure.faults.isEmpty { p { failure.message } }
            for fault in others { p { "\(fault.field) \(fault.message)" } }
            if !failure.faults.isEmpty, others.isEmpty { p { "Nothing was proposed: see below." } }
        }
    }

    /// What is wrong with each field.
    private struct Faults {
        private let faults: [InputFault]
        /// The field that gets the keyboard.
        private let first: String?

        init(_ failure: APIError?) {
            let faults = failure?.faults ?? []
            self.faults = faults
            first =
                failure == nil
                ? nil : ProposalForm.fields.first { name in faults.contains { Faults.isOf(name, $0) } } ?? "title"
        }

        /// A fault of one option, such as `options[1]`, is one of all.
        static func isOf(_ name: String, _ fault: InputFault) -> Bool {
            fault.field == name || fault.field.hasPrefix("\(name)[")
        }

        func marks(of name: String) -> [Attribute] {
            let focus: [Attribute] = first == name ? [.flag(.autofocus)] : []
            guard faults.contains(where: { Faults.isOf(name, $0) }) else { return focus }
            return focus + [.aria("invalid", "true"), .aria("describedby", "propose-\(name)-problem")]
        }

        @MarkupBuilder func words(of name: String) -> Markup {
            let own = faults.filter { Faults.isOf(name, $0) }
            if !own.isEmpty {
                Tag("p")(.class("error"), .id("propose-\(name)-problem"), .role("alert")) {
                    own.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
                }
            }
        }
    }

    private func form(_ wallets: [String], _ values: Values, _ faults: Faults) -> Markup {
        form(Attribute(.method, "post"), .action(ProposalsPage.path)) {
            TokenField(token: visit.formToken)
            label {
                "Title"
                input(
                    [
                        .name("title"), .type("text"), .value(values.title), .flag(.required),
                        Attribute(.maxlength, "\(ProposalDocument.titleBytesMax)"),
                    ] + faults.marks(of: "title")
                )
            }
            faults.words(of: "title")
            label {
                "Description, as plain text"
                textarea(
                    [.name("description"), Attribute(.maxlength, "\(ProposalDocument.detailsBytesMax)")]
                        + faults.marks(of: "description")
                ) {
                    // The first line break behind the tag is not part of what is typed.
                    "\n\(values.description)"
                }
            }
            faults.words(of: "description")
            if wallets.count > 1 {
                label {
                    "Wallet"
                    select([.name("wallet")] + faults.marks(of: "wallet")) {
                        for wallet in wallets { choice(wallet, wallet, isChosen: wallet == values.wallet) }
                    }
                }
                faults.words(of: "wallet")
            } else {
                for wallet in wallets { input(.type("hidden"), .name("wallet"), .value(wallet)) }
            }
            label {
                "How it is counted"
                select([.name("system")] + faults.marks(of: "system")) {
                    for system in VotingSystem.allCases {
                        choice(system.rawValue, system.words, isChosen: system.rawValue == values.system)
                    }
                }
            }
            faults.words(of: "system")
            label {
                "Options, one a line, 2 to \(VotingSystem.optionsMax); none for yes, no or abstain"
                textarea([.name("options"), .class("short")] + faults.marks(of: "options")) {
                    "\n\(values.options)"
                }
            }
            faults.words(of: "options")
            label {
                "Days of voting"
                input(
                    [
                        .name("days"), .type("number"), Attribute(.min, "1"),
                        Attribute(.max, "\(VotingWindow.secondsMax / 86_400)"), .value(values.days), .flag(.required),
                    ] + faults.marks(of: "days")
                )
            }
            faults.words(of: "days")
            p(.class("note")) {
                "The balances of now become the weights, and nothing of it can be changed afterwards."
            }
            button(.class("main"), .type("submit")) { "Propose it" }
        }
    }

    private func choice(_ value: String, _ text: String, isChosen: Bool) -> Markup {
        option([.value(value)] + (isChosen ? [.flag(.selected)] : [])) { text }
    }
}

extension ProposalForm.Values {
    /// What somebody has typed; line ends as browsers send them become those of texts.
    init(_ form: FormInput) {
        func block(_ name: String) -> String { form.exact(name).replacing("\r\n", with: "\n") }
        title = form.text("title") ?? ""
        description = block("description")
        wallet = form.text("wallet") ?? ""
        system = form.text("system") ?? ""
        options = block("options")
        days = form.text("days") ?? ""
    }

    /// The options without the lines that are empty.
    var optionList: [String] {
        options.split(whereSeparator: \.isNewline).compactMap { line in
            var line = line
            while line.first?.isWhitespace == true { line = line.dropFirst() }
            while line.last?.isWhitespace == true { line = line.dropLast() }
            return line.isEmpty ? nil : String(line)
        }
    }

    /// - Throws: `APIError` for what is no voting system.
    var votingSystem: VotingSystem {
        get throws(APIError) {
            guard let system = VotingSystem(rawValue: system) else {
                throw APIError(faults: [InputFault(field: "system", message: "is none of those that there are")])
            }
            return system
        }
    }

    /// How long ballots are taken, in seconds.
    ///
    /// - Throws: `APIError` for what is no number of days.
    var votingSeconds: Int {
        get throws(APIError) {
            let daysMax = VotingWindow.secondsMax / 86_400
            guard let days = Int(days), (1...daysMax).contains(days) else {
                throw APIError(faults: [InputFault(field: "days", message: "must be in 1...\(daysMax)")])
            }
            return days * 86_400
        }
    }
}

import Governance

/// How a proposal is decided, and whose tokens weigh.
struct ProposalRulesList: View {
    let sheet: ProposalSheet

    private var rules: ProposalView.Rules { sheet.view.rules }
    private var snapshot: ProposalView.Snapshot { sheet.view.snapshot }

    var body: Markup {
        section(.aria("labelledby", "rules")) {
            h2(.id("rules")) { "How it is decided" }
            dl(.class("facts")) {
                fact("Counting", sheet.system.words)
                fact("Quorum", "\(AmountText.percent(basisPoints: rules.quorumBasisPoints)) of the token")
                if sheet.system == .basic {
                    fact(
                        "Passes with",
                        "more than \(AmountText.percent(basisPoints: rules.passBasisPoints)) of yes and no"
                    )
                    fact("May end early", rules.allowsEarlyClose ? "when no ballot can change it any more" : "no")
                }
                fact("A late quorum", lateness)
                fact("Carried out", "\(Figures.span(seconds: Int64(rules.executionDelaySeconds))) after the decision")
                fact("May object until then", council)
            }
            h3("The snapshot")
            p { "What wallets held when it opened is what weighs, whatever they do with it since." }
            dl(.class("facts")) {
                fact("Token", snapshot.token)
                fact("Chain", "\(snapshot.chain), slot \(Figures.grouped(snapshot.slot))")
                fact(
                    "All there is",
                    "\(sheet.tokens(snapshot.supply)) tokens in \(Figures.grouped("\(snapshot.holders)")) wallets"
                )
                fact("Told by", snapshot.endpoints.isEmpty ? "nobody" : snapshot.endpoints.joined(separator: ", "))
                fact("Hash of the holders", snapshot.holdersHash)
            }
        }
    }

    @MarkupBuilder private func fact(_ name: String, _ text: String) -> Markup {
        dt(name)
        dd(text)
    }

    private var lateness: String {
        guard rules.lateQuorumSeconds > 0 else { return "changes nothing" }
        let span = Figures.span(seconds: Int64(rules.lateQuorumSeconds))
        return "within \(span) of the end keeps voting open for \(span) more"
    }

    private var council: String {
        rules.vetoKeys.isEmpty ? "nobody: there is no council" : rules.vetoKeys.joined(separator: ", ")
    }
}

/// All that it takes to count again, and to see that one's own ballot was counted.
struct ProposalProofs: View {
    let sheet: ProposalSheet

    var body: Markup {
        section(.aria("labelledby", "proofs")) {
            h2(.id("proofs")) { "Check it yourself" }
            ul {
                li {
                    a(.href(sheet.programPath.appending("document"))) { "The document" }
                    ": all that was voted on in one text. Its hash, which each ballot names, is "
                    code(sheet.view.documentHash)
                }
                li {
                    a(.href(sheet.programPath.appending("ballots"))) { "All ballots" }
                    " with their signatures, for whoever wants to count again"
                }
                if let root = sheet.view.ballotsRoot {
                    li {
                        "The root over all ballots: "
                        code(root)
                    }
                }
                li { a(.href(sheet.programPath)) { "The same for programs" } }
            }
            form(.class("row"), Attribute(.method, "get"), .action(sheet.path.appending("receipt"))) {
                label {
                    "Receipt of the wallet"
                    input(
                        .name("wallet"),
                        .type("text"),
                        .flag(.required),
                        Attribute(.maxlength, "128"),
                        Attribute(.autocomplete, "off"),
                        Attribute(.spellcheck, "false")
                    )
                }
                button(.type("submit")) { "Show the receipt" }
            }
            p(.class("note")) {
                "A receipt says what was counted for a wallet. Once it is decided, it comes with the proof that leads "
                    + "from the ballot to the root."
            }
        }
    }
}

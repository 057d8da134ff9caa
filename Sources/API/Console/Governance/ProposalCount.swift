import Governance

/// What the ballots come to: bars, the quorum, and how the voting system has got there.
struct ProposalCount: View {
    let sheet: ProposalSheet

    private var standing: TallyResult { sheet.standing }
    private var isDecided: Bool { sheet.view.decidedAt != nil }

    var body: Markup {
        section(.id("count"), .aria("labelledby", "count-name"), .data("live")) {
            h2(.id("count-name")) { isDecided ? "The result" : "The vote so far" }
            p(.class("lead")) {
                if let winner = sheet.view.winner {
                    strong(winner)
                } else {
                    "At the top: "
                    sheet.lead
                }
            }
            if let note = sheet.view.note { p(.class("warning")) { note } }
            ul(.class("bars"), .aria("label", "Totals in \(sheet.unit)")) {
                for option in sheet.view.options.indices { bar(of: option) }
            }
            if let explanation { p(.class("note")) { explanation } }
            quorum
            if !standing.rounds.isEmpty { RoundTable(sheet: sheet) }
            if !standing.contests.isEmpty, standing.ballotCount > 0 { ContestTable(sheet: sheet) }
        }
    }

    private func bar(of option: Int) -> Markup {
        li {
            span(.class("name")) { sheet.label(option) }
            span(.class("figure")) {
                "\(sheet.total(of: option)) \(sheet.unit)"
                if let share = standing.basisPoints(of: option) {
                    " · \(AmountText.percent(basisPoints: share))"
                }
            }
            ShareBar(share: share(of: option), tone: tone(of: option), mark: mark(of: option))
        }
    }

    /// Yes and no are parts of both together, which the threshold is about; otherwise the longest bar is the largest.
    private func share(of option: Int) -> Double {
        if sheet.system == .basic, let share = standing.basisPoints(of: option) { return Double(share) / 10_000 }
        let largest = standing.totals.map(\.units).max() ?? 0
        guard sheet.system != .basic, largest > 0, standing.totals.indices.contains(option) else { return 0 }
        return Double(standing.totals[option].units) / Double(largest)
    }

    private func tone(of option: Int) -> ShareBar.Tone {
        guard sheet.system == .basic else { return standing.leaders == [option] ? .good : .plain }
        return option == 0 ? .good : option == 1 ? .bad : .quiet
    }

    private func mark(of option: Int) -> Double? {
        sheet.system == .basic && option == 0 ? Double(sheet.view.rules.passBasisPoints) / 10_000 : nil
    }

    private var explanation: String? {
        switch sheet.system {
        case .basic:
            "Yes passes with more than \(AmountText.percent(basisPoints: sheet.view.rules.passBasisPoints)) of yes and "
                + "no, which is where the mark stands."
        case .ranked: "The bars are first places; the rounds below decide."
        case .approval, .weighted, .quadratic, .copeland: nil
        }
    }

    @MarkupBuilder private var quorum: Markup {
        let supply = Double(sheet.view.snapshot.supply) ?? 0
        let cast = supply > 0 ? Double(standing.castWeight.units) / supply : 0
        let needed = Double(sheet.view.rules.quorumBasisPoints) / 10_000
        // Up to what is needed, or what was cast, and a bit more.
        let end = min(1, max(cast, needed) * 1.25)
        h3("The quorum")
        ul(.class("bars")) {
            li {
                span(.class("name")) { sheet.view.hasQuorum ? "Reached" : "Not reached" }
                span(.class("figure")) {
                    "\(sheet.tokens(standing.castWeight)) of \(sheet.tokens(sheet.view.quorumWeight)) tokens"
                        + " · \(AmountText.percent(basisPoints: sheet.quorumBasisPoints))"
                }
                ShareBar(
                    share: end > 0 ? cast / end : 0,
                    tone: sheet.view.hasQuorum ? .good : .plain,
                    mark: end > 0 ? needed / end : nil
                )
            }
        }
        p(.class("note")) {
            "\(Figures.grouped("\(sheet.view.ballots)")) \(sheet.view.ballots == 1 ? "ballot" : "ballots"). The quorum is "
                + "\(AmountText.percent(basisPoints: sheet.view.rules.quorumBasisPoints)) of all there is of the token, "
                + "abstentions included."
        }
    }
}

/// The rounds of a ranked vote.
struct RoundTable: View {
    let sheet: ProposalSheet

    var body: Markup {
        h3("The rounds")
        DataTable(
            name: "Rounds",
            columns: [
                DataTable.Column("Round"), DataTable.Column("Tokens", .prose),
                DataTable.Column("Run out", .figure), DataTable.Column("Taken out", .prose),
            ],
            rows: sheet.standing.rounds.enumerated().map { row($1, number: $0 + 1) }
        )
        p(.class("note")) {
            "Tokens are those behind each option that still stands. Run out are ballots all of whose options are out."
        }
    }

    private func row(_ round: RunOffRound, number: Int) -> DataTable.Row {
        let order = round.standing.sorted { left, right in
            (round.totals[right].units, left) < (round.totals[left].units, right)
        }
        var totals = Markup.empty
        for option in order {
            if !totals.isEmpty { totals += Markup(text: " · ") }
            totals += sheet.name(option)
            totals += Markup(text: ": \(sheet.tokens(round.totals[option]))")
        }
        let loser = round.eliminated.map { sheet.label($0) + (round.isTieBroken ? ", by the rule for ties" : "") }
        return DataTable.Row([
            Markup(text: "\(number)"), totals,
            Markup(text: sheet.tokens(round.exhausted)), Markup(text: loser ?? ""),
        ])
    }
}

/// Each option against each other one.
struct ContestTable: View {
    let sheet: ProposalSheet

    var body: Markup {
        h3("The contests")
        // Wider than a telephone: it moves by itself, and not with the page.
        div(.class("wide"), .role("region"), .aria("label", "Contests"), Attribute(.tabindex, "0")) {
            table(.class("matrix")) {
                thead {
                    tr {
                        th(Attribute(.scope, "col")) { "Tokens for the one on the left against" }
                        for other in options { th(Attribute(.scope, "col")) { "\(other + 1)" } }
                    }
                }
                tbody { for option in options { row(of: option) } }
            }
        }
    }

    private var options: Range<Int> { sheet.standing.contests.indices }

    private func row(of option: Int) -> Markup {
        tr {
            th(Attribute(.scope, "row")) { "\(option + 1) \(sheet.label(option))" }
            for other in options {
                if option == other {
                    td(.class("none")) { "–" }
                } else {
                    cell(option, other)
                }
            }
        }
    }

    private func cell(_ option: Int, _ other: Int) -> Markup {
        let (own, theirs) = (sheet.standing.contests[option][other], sheet.standing.contests[other][option])
        let style: Attribute = own > theirs ? .class("won") : own == theirs ? .class("even") : .class("lost")
        return td(style) {
            sheet.tokens(own)
            small(own > theirs ? " won" : own == theirs ? " even" : " lost")
        }
    }
}

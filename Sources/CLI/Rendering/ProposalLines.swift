import CryptoCallClient
import Governance
import JSON

/// Proposals, their ballots and the treasury as people read them.
enum ProposalLines {
    static func list(_ list: ProposalsShown, _ terminal: Terminal) -> [String] {
        guard !list.proposals.isEmpty else { return ["no proposals"] }
        var table = TextTable("ID", "STATE", "CLOSES", "BALLOTS", "CAST", "SYSTEM", "TITLE")
        for proposal in list.proposals {
            table.add(
                .init(proposal.id),
                .init(proposal.state),
                .init(JobPage.time(proposal.closesAt)),
                .init("\(proposal.ballots)"),
                .init(share(proposal.castWeight, of: proposal.supply)),
                .init(proposal.system),
                .init(proposal.title)
            )
        }
        return table.lines(terminal)
    }

    static func one(_ shown: ProposalShown, _ terminal: Terminal) -> [String] {
        var lines = [
            "\(shown.title)", "state     \(state(shown))",
            "voting    \(JobPage.time(shown.opensAt)) to \(JobPage.time(shown.closesAt))",
            "cast      \(share(shown.castWeight, of: shown.supply)) of the supply in \(shown.ballots) ballots; "
                + "\(share(shown.quorumWeight, of: shown.supply)) are needed",
            "token     \(shown.token) on \(shown.chain) at slot \(shown.slot)",
            "document  \(shown.documentHash)",
        ]
        if let root = shown.ballotsRoot { lines.append("root      \(root)") }
        if let anchor = shown.anchor {
            lines.append("chain     \(anchor.state)\(anchor.signature.map { ": \($0)" } ?? "")")
            if let detail = anchor.detail { lines.append("          \(detail)") }
        }
        guard let totals = shown.totals else { return lines }
        var table = TextTable("OPTION", "TOTAL")
        for (label, total) in zip(shown.options, totals) { table.add(.init(label), .init(total)) }
        return lines + [""] + table.lines(terminal)
    }

    private static func state(_ shown: ProposalShown) -> String {
        [shown.state, shown.reason, shown.winner.map { "winner \($0)" }, shown.note].compactMap { $0 }
            .joined(separator: ", ")
    }

    /// A part of the supply, in percent.
    private static func share(_ part: String, of whole: String) -> String {
        guard let part = UInt128(part), let whole = UInt128(whole), whole > 0 else { return "-" }
        let hundredths = UInt64(part * 10_000 / whole)
        let digits = String(hundredths % 100)
        return "\(hundredths / 100).\(digits.utf8.count == 1 ? "0" : "")\(digits) %"
    }

    static func audit(
        _ audit: BallotAudit,
        _ result: TallyResult,
        _ shown: ProposalShown,
        wallet: String?
    ) -> [String] {
        var lines = ["\(audit.ballotCount) ballots, root \(audit.root)"]
        lines += zip(shown.options, result.totals).map { "  \($0): \($1)" }
        if let wallet {
            lines.append(
                audit.found.map { "\(wallet) has voted \($0.choice), as ballot \($0.sequence)" }
                    ?? "\(wallet) is not among the voters"
            )
        }
        lines += audit.problems.map { "DOES NOT AGREE: \($0)" }
        if audit.problemCount > audit.problems.count {
            lines.append("and \(audit.problemCount - audit.problems.count) more")
        }
        if audit.problemCount == 0 {
            let isDecided = shown.ballotsRoot != nil
            lines.append(
                isDecided
                    ? "every signature is good, and the root and the totals are those that were published"
                    : "every signature is good, and the totals are those that are shown; the vote is not decided yet"
            )
        }
        return lines
    }

    static func treasury(_ shown: TreasuryShown, _ terminal: Terminal) -> [String] {
        guard !shown.entries.isEmpty else { return ["nothing has come in yet"] }
        var balances = TextTable("PARTY", "HOLDER", "CURRENCY", "AMOUNT")
        for row in shown.balances {
            balances.add(.init(row.party), .init(row.holder), .init(row.currency), .init(row.amount))
        }
        var entries = TextTable("AT", "KIND", "PARTY", "HOLDER", "CURRENCY", "AMOUNT", "CAUSE", "NOTE")
        for row in shown.entries {
            entries.add(
                .init(JobPage.time(row.at)),
                .init(row.kind),
                .init(row.party),
                .init(row.holder),
                .init(row.currency),
                .init(row.amount),
                .init(row.cause),
                .init(row.note)
            )
        }
        return balances.lines(terminal) + [""] + entries.lines(terminal)
    }
}

extension BallotAudit {
    /// As scripts read it.
    func json(_ result: TallyResult) -> JSONValue {
        [
            "ballots": .int(Int64(ballotCount)), "root": .string(root),
            "totals": .array(result.totals.map { .string($0.description) }), "agrees": .bool(problemCount == 0),
            "problems": .array(problems.map { .string($0) }), "problemCount": .int(Int64(problemCount)),
            "ballot": found.map { ["sequence": .int($0.sequence), "choice": .string($0.choice)] } ?? .null,
        ]
    }
}

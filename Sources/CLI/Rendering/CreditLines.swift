import CryptoCallClient

/// Credits as people read them.
enum CreditLines {
    static func page(_ page: CreditsPage, _ terminal: Terminal) -> [String] {
        let rows: [(String, String?)] = [
            ("balance", "\(page.balance)"), ("held", page.held == 0 ? nil : "\(page.held)"),
            ("available", page.held == 0 ? nil : "\(page.available)"),
            ("paused", page.pausedAt.map { "since \(JobPage.time($0)); credits resume lets the user spend again" }),
        ]
        let head = [terminal.styled(Terminal.plain(page.user), .bold)] + PairLines.lines(rows)
        guard !page.entries.isEmpty else { return head + ["no transactions"] }
        var table = TextTable("TIME", "CREDITS", "PROVIDER", "BALANCE", "REASON")
        for entry in page.entries {
            table.add(
                .init(JobPage.time(entry.createdAt)),
                .init(entry.delta > 0 ? "+\(entry.delta)" : "\(entry.delta)"),
                .init(entry.provider),
                .init("\(entry.balanceAfter)"),
                .init(entry.reason)
            )
        }
        return head + [""] + table.lines(terminal)
    }

    static func overview(_ overview: CreditsOverview, _ terminal: Terminal) -> [String] {
        let average = overview.averageCharge.map { "\(($0 * 10).rounded() / 10)" }
        let rows: [(String, String?)] = [
            ("accounts", "\(overview.accounts)"), ("in circulation", "\(overview.balance)"),
            ("held", "\(overview.held)"), ("calls in \(overview.days) days", "\(overview.charges)"),
            ("charged for them", "\(overview.charged)"), ("on average", average),
        ]
        var lines = PairLines.lines(rows)
        if !overview.byProvider.isEmpty {
            var table = TextTable("PROVIDER", "CREDITS", "ENTRIES")
            for sum in overview.byProvider {
                table.add(.init(sum.provider), .init("\(sum.delta)"), .init("\(sum.entries)"))
            }
            lines += [""] + table.lines(terminal)
        }
        if !overview.topUsers.isEmpty {
            var table = TextTable("USER", "SPENT")
            for user in overview.topUsers { table.add(.init(user.user), .init("\(user.spent)")) }
            lines += [""] + table.lines(terminal)
        }
        if let paused = overview.paused, !paused.isEmpty {
            var table = TextTable("PAUSED USER", "SINCE")
            for account in paused { table.add(.init(account.user), .init(JobPage.time(account.since))) }
            lines += [""] + table.lines(terminal)
        }
        return lines
    }
}

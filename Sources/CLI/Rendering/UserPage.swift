import CryptoCallClient

/// Accounts as people read them.
enum UserPage {
    static func list(_ users: [UserLine], _ terminal: Terminal) -> [String] {
        guard !users.isEmpty else { return ["no users"] }
        var table = TextTable("EMAIL", "ROLE", "TIER", "NAME", "SINCE", "")
        for user in users {
            table.add(
                .init(user.email),
                .init(user.role),
                .init(user.tier),
                .init(user.name),
                .init(JobPage.time(user.createdAt)),
                .init(user.disabledAt == nil ? "" : "disabled", .yellow)
            )
        }
        return table.lines(terminal)
    }

    static func details(_ user: UserLine, _ terminal: Terminal) -> [String] {
        let rows: [(String, String?)] = [
            ("id", user.id), ("name", user.name), ("role", user.role), ("tier", user.tier),
            ("since", JobPage.time(user.createdAt)), ("disabled since", user.disabledAt.map { JobPage.time($0) }),
            ("locked until", user.lockedUntil.map { JobPage.time($0) }),
        ]
        return [terminal.styled(Terminal.plain(user.email), .bold)] + PairLines.lines(rows)
    }

    static func sessions(_ sessions: [UserSessionList.Session], _ terminal: Terminal) -> [String] {
        guard !sessions.isEmpty else { return ["not logged in"] }
        var table = TextTable("SESSION", "KIND", "ADDRESS", "LAST USED", "ENDS", "CLIENT")
        for session in sessions {
            table.add(
                .init(session.id),
                .init(session.kind),
                .init(session.address),
                .init(JobPage.time(session.lastUsedAt)),
                .init(JobPage.time(session.expiresAt)),
                .init(session.userAgent)
            )
        }
        return table.lines(terminal)
    }
}

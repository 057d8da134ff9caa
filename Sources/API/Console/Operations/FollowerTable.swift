import Bus

/// Who follows the station live.
struct Followers: Sendable {
    /// How many, by the way in which they do.
    let counts: [LiveKind: Int]
    /// The newest; empty for those who may only see how many there are.
    let newest: [LiveSession]
}

/// How many follow the station live, and for admins, who.
struct FollowerTable: View {
    let followers: Followers
    let now: Timestamp

    var body: Markup {
        LiveSection("followers", "Live connections") {
            p {
                LiveKind.allCases.map { kind in
                    "\(followers.counts[kind, default: 0]) by \(FollowerTable.name(of: kind))"
                }.joined(separator: ", ")
            }
            if !followers.newest.isEmpty {
                FoldedTable(id: "followers-newest", text: "The newest \(followers.newest.count)", table: table)
            }
        }
    }

    private static func name(of kind: LiveKind) -> String {
        switch kind {
        case .events: "server-sent events"
        case .socket: "WebSocket"
        }
    }

    private var table: DataTable {
        DataTable(
            name: "The newest live connections",
            columns: [
                DataTable.Column("Who", .prose), DataTable.Column("By"), DataTable.Column("Address"),
                DataTable.Column("Since"), DataTable.Column("Delivered", .figure), DataTable.Column("Lost", .figure),
            ],
            rows: followers.newest.map(row)
        )
    }

    private func row(_ session: LiveSession) -> DataTable.Row {
        DataTable.Row([
            Markup(text: session.email ?? "somebody unknown"),
            Markup(text: FollowerTable.name(of: session.kind)), Markup(text: session.address),
            Moment(session.since, now: now).body, Markup(text: Figures.grouped("\(session.delivered)")),
            Markup(text: session.lost.isEmpty ? "" : Figures.grouped("\(session.lost.state + session.lost.data)")),
        ])
    }
}

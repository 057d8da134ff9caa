import CryptoCallClient

/// News as people read them.
enum NewsLines {
    static func list(_ list: NewsList, _ terminal: Terminal) -> [String] {
        guard !list.news.isEmpty else { return ["no news"] }
        var table = TextTable("PUBLISHED", "SOURCE", "MOOD", "COINS", "TITLE")
        for piece in list.news {
            table.add(
                .init(JobPage.time(piece.publishedAt)),
                .init(piece.source),
                .init(mood(piece)),
                .init(piece.symbols.isEmpty ? "-" : piece.symbols.joined(separator: " ")),
                .init(piece.title)
            )
        }
        return table.lines(terminal)
    }

    private static func mood(_ piece: NewsList.Piece) -> String {
        guard let score = piece.score, let level = piece.level else { return "-" }
        let hundredths = Int((score * 100).rounded())
        let digits = String(abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : hundredths > 0 ? "+" : ""
        let padding = digits.utf8.count == 1 ? "0" : ""
        return "\(sign)\(abs(hundredths) / 100).\(padding)\(digits) \(level)"
    }

    static func feeds(_ found: NewsFeeds, _ terminal: Terminal) -> [String] {
        guard !found.feeds.isEmpty else { return ["no feed is followed"] }
        var table = TextTable("FEED", "READ", "NEXT", "FAILURES", "ITEMS", "NEW", "LAST FAILURE", "ADDRESS")
        for feed in found.feeds {
            table.add(
                .init(feed.name),
                .init(feed.lastSuccess.map(JobPage.time) ?? "never"),
                .init(JobPage.time(feed.dueAt)),
                .init("\(feed.failures)"),
                .init(feed.items.map { "\($0)" } ?? "-"),
                .init(feed.new.map { "\($0)" } ?? "-"),
                .init(feed.lastFailure ?? "-"),
                .init(feed.url)
            )
        }
        return table.lines(terminal)
    }
}

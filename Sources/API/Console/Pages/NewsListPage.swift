import Bus
import Domain

/// The newest news, each with its mood, and the mood of the market.
struct NewsListPage: Page {
    static let piecesShown = 30

    let news: Shown<NewsAnswer>
    let mood: Shown<MoodAnswer>
    /// Of which coin; `nil` for all.
    let symbol: String?
    /// Whether it shows those behind an earlier page.
    let isOlder: Bool
    let now: Timestamp

    var name: String { "News" }
    var place: OwnPath? { "/news" }
    var scripts: [StaticString] { isOlder ? [] : ["news.js"] }

    var body: Markup {
        div(.class("headline")) { h1(symbol.map { "News of \($0)" } ?? "News") }
        p(.class("contact"), .id("contact"), .role("status")) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        MoodOfMarket(mood: mood, now: now)
        section(.id("news"), .aria("labelledby", "news-list"), .data("live")) {
            h2(.id("news-list")) { "What came in" }
            switch news {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let answer): pieces(answer)
            }
        }
    }

    @MarkupBuilder private func pieces(_ answer: NewsAnswer) -> Markup {
        if answer.stale {
            p(.class("warning")) {
                if let asOf = answer.asOf {
                    "No feed could be read since \(Figures.clock(asOf, now: now)). What stands here may be old."
                } else {
                    "No feed could be read yet."
                }
            }
        }
        if answer.items.isEmpty {
            p(.class("empty")) { "No news yet: they appear here as soon as a feed brings some." }
        } else {
            ol(.class("said")) { for piece in answer.items { PieceOfNews(piece: piece, now: now) } }
        }
        if let next = answer.next { p { a(.href(older(than: next))) { "Older news" } } }
    }

    private func older(than id: UUIDv7) -> OwnPath {
        let page: OwnPath = "/news"
        return (symbol.map { page.asking("symbol", $0) } ?? page).asking("before", id.description)
    }
}

/// The index, and what the news come to.
struct MoodOfMarket: View {
    let mood: Shown<MoodAnswer>
    let now: Timestamp

    var body: Markup {
        section(.id("mood"), .aria("labelledby", "mood-now"), .data("live")) {
            h2(.id("mood-now")) { "The mood" }
            switch mood {
            case .failure(let failure): p(.class("empty")) { failure.message }
            case .success(let answer):
                DataTable(name: "The mood", columns: columns, rows: rows(answer))
                if answer.fearGreed == nil, let reason = answer.reason {
                    p(.class("note")) { "There is no Fear & Greed index: \(reason)." }
                }
            }
        }
    }

    private var columns: [DataTable.Column] {
        [
            DataTable.Column("Measure"), DataTable.Column("Value", .leadFigure), DataTable.Column("In words", .state),
            DataTable.Column("As of"), DataTable.Column("Source", .prose),
        ]
    }

    private func rows(_ answer: MoodAnswer) -> [DataTable.Row] {
        var rows: [DataTable.Row] = []
        if let index = answer.fearGreed {
            rows.append(
                DataTable.Row([
                    Markup(text: "Fear & Greed"), strong("\(index.told.value) of 100"), Markup(text: index.told.label),
                    moment(index.freshness), Markup(text: index.freshness.source),
                ])
            )
        }
        if let news = answer.news {
            rows.append(
                DataTable.Row([
                    Markup(text: "\(news.told.count) news of \(news.told.hours) h"),
                    strong(MoodWord.score(news.told.score)), MoodWord(level: news.told.level).body,
                    moment(news.freshness), Markup(text: news.freshness.source),
                ])
            )
        }
        return rows
    }

    @MarkupBuilder private func moment(_ freshness: Freshness) -> Markup {
        Moment(freshness.asOf, now: now)
        if freshness.stale {
            " "
            Condition("stale", .poor)
        }
    }
}

/// One piece, as its feed tells it: somebody's words.
struct PieceOfNews: View {
    let piece: NewsAnswer.Piece
    let now: Timestamp

    var body: Markup {
        li(.id("piece-\(piece.id)")) {
            Moment(piece.publishedAt, now: now)
            div {
                p { strong { title } }
                p(.class("note")) {
                    piece.source
                    if let address { " · \(address.host)" }
                    if let mood = piece.sentiment {
                        " · "
                        MoodWord(level: mood.level)
                        " \(MoodWord.score(mood.score)) by \(mood.method)"
                    }
                    for symbol in piece.symbols {
                        " · "
                        a(.href(of(symbol))) { symbol }
                    }
                }
            }
        }
    }

    private var address: OutsideAddress? { OutsideAddress(piece.url) }

    @MarkupBuilder private var title: Markup {
        if let address {
            a(.href(outside: address), Attribute(.rel, "noopener noreferrer nofollow")) { piece.title }
        } else {
            piece.title
        }
    }

    private func of(_ symbol: String) -> OwnPath {
        let page: OwnPath = "/news"
        return page.asking("symbol", symbol)
    }
}

/// A mood in words, which colour only underlines.
struct MoodWord: View {
    let level: SentimentLevel

    var body: Markup { Condition(word, tone).body }

    private var word: String {
        switch level {
        case .veryNegative: "very negative"
        case .negative: "negative"
        case .neutral: "neutral"
        case .positive: "positive"
        case .veryPositive: "very positive"
        }
    }

    private var tone: Condition.Tone {
        switch level {
        case .veryNegative: .bad
        case .negative: .poor
        case .neutral: .quiet
        case .positive, .veryPositive: .good
        }
    }

    /// `+0.25`, with two digits.
    static func score(_ score: Double) -> String {
        let hundredths = Int((score * 100).rounded())
        let digits = String(abs(hundredths) % 100)
        let sign = hundredths < 0 ? "\u{2212}" : hundredths > 0 ? "+" : ""
        return "\(sign)\(abs(hundredths) / 100).\(digits.utf8.count == 1 ? "0" : "")\(digits)"
    }
}

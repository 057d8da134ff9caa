import Bus
import Domain
import Films
import RenderWire

/// Films, the newest first, and how far they are.
struct FilmsPage: Page {
    static let path: OwnPath = "/films"
    static let filmsShown = 30
    /// How often a browser that runs scripts renews the page.
    private static let renewedEverySeconds = 3

    let list: Shown<FilmPage>
    /// Whether it shows those behind an earlier page.
    let isOlder: Bool
    let visit: Visit

    var name: String { "Films" }
    var place: OwnPath? { FilmsPage.path }

    private var now: Timestamp { visit.now }

    var body: Markup {
        h1("Films")
        p {
            "Films with the station's hosts, drawn and spoken on this machine, one at a time. "
            if visit.has(.operator) { a(.href(FilmPages.new)) { "Order a film" } }
        }
        p(
            .class("contact"),
            .id("contact"),
            .role("status"),
            .data("every", "\(FilmsPage.renewedEverySeconds)")
        ) {
            "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
        }
        section(.id("films"), .aria("labelledby", "film-list"), .data("live")) {
            h2(.id("film-list")) { isOlder ? "Older films" : "All films" }
            switch list {
            case .failure(let failure): Unavailable(failure: failure)
            case .success(let page): table(page)
            }
        }
    }

    @MarkupBuilder private func table(_ page: FilmPage) -> Markup {
        if page.films.isEmpty {
            p(.class("empty")) { isOlder ? "There are no older ones." : "No film was ordered yet." }
        } else {
            DataTable(
                name: "Films",
                columns: [
                    DataTable.Column("Film", .prose), DataTable.Column("State", .state),
                    DataTable.Column("Progress", .prose), DataTable.Column("Length", .figure),
                    DataTable.Column("Ordered"),
                ],
                rows: page.films.map(row)
            )
        }
        if let next = page.next {
            p { a(.href(FilmsPage.path.asking("before", next.description))) { "Older films" } }
        }
        if isOlder { p { a(.href(FilmsPage.path)) { "The newest" } } }
    }

    private func row(_ film: FilmRecord) -> DataTable.Row {
        DataTable.Row(
            id: "film-\(film.id)",
            [
                Tag("a")(.href(FilmPages.path(of: film.id))) { film.title },
                Condition(FilmWords.state(film), FilmWords.tone(film.state)).body,
                FilmProgress(film: film).body,
                film.result.map { Markup(text: FilmWords.time(Int($0.seconds * 1000))) } ?? Markup(text: ""),
                Moment(film.createdAt, now: now).body,
            ]
        )
    }
}

/// How far a film is, in words and as a bar.
struct FilmProgress: View {
    let film: FilmRecord

    var body: Markup {
        if let words = FilmWords.progress(film) {
            words
            ShareBar(share: FilmWords.share(film))
        } else if let reason = film.reason, film.state != .done {
            reason
        }
    }
}

/// Where pages about films are.
enum FilmPages {
    static let new: OwnPath = "/films/new"

    static func path(of film: UUIDv7) -> OwnPath { FilmsPage.path.appending(film.description) }
}

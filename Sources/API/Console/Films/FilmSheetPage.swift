import Bus
import Films
import RenderWire

/// One film: to be watched, to be fetched, or how far it is.
struct FilmSheetPage: Page {
    private static let renewedEverySeconds = 2

    let film: FilmRecord
    let visit: Visit

    var name: String { film.title }
    var place: OwnPath? { FilmsPage.path }

    private var now: Timestamp { visit.now }

    var body: Markup {
        h1 { film.title }
        if film.state.isFinal {
            p(.class("contact"), .id("contact"), .role("status")) { "As of \(Figures.clock(now, now: now))." }
        } else {
            p(
                .class("contact"),
                .id("contact"),
                .role("status"),
                .data("every", "\(Self.renewedEverySeconds)")
            ) {
                "As of \(Figures.clock(now, now: now)). Reload the page for what is newer."
            }
        }
        section(.id("film"), .class("film"), .aria("label", "Film"), .data("live")) {
            state
            if let result = film.result { watch(result) }
        }
        p { a(.href(FilmsPage.path)) { "All films" } }
    }

    // MARK: How far it is

    @MarkupBuilder private var state: Markup {
        p {
            Condition(FilmWords.state(film), FilmWords.tone(film.state))
            " ordered "
            Moment(film.createdAt, now: now)
            if let time = film.endedAt {
                ", ended "
                Moment(time, now: now)
            }
        }
        if let words = FilmWords.progress(film) {
            p(.role("status")) { "\(words)" }
            ShareBar(share: FilmWords.share(film))
        }
        if let reason = film.reason, film.state != .done {
            p(.class(film.state == .failed ? "error" : "warning")) {
                film.state == .failed ? "It was not made: \(reason)" : "The last try failed: \(reason)"
            }
        }
        if !film.state.isFinal {
            ActionButton(
                visit: visit,
                action: FilmPages.path(of: film.id).appending("cancel"),
                text: "Cancel",
                about: film.title,
                isDangerous: true
            )
        }
    }

    // MARK: What is there

    private func path(_ name: String) -> OwnPath { FilmRoutes.filePath(name, of: film.id) }

    @MarkupBuilder private func watch(_ result: RenderedFilm) -> Markup {
        player(result.film, poster: result.poster, captions: result.captions, label: "The film")
        if !result.chapters.isEmpty {
            h2("Chapters")
            Tag("ol")(.class("chapters")) {
                for chapter in result.chapters {
                    li { "\(FilmWords.time(chapter.milliseconds)) \(chapter.title)" }
                }
            }
        }
        if let teaser = result.teaser {
            h2("Teaser")
            player(teaser, poster: result.poster, captions: nil, label: "The teaser")
        }
        h2("Contact sheet")
        VoidTag("img")(.src(path(result.sheet)), Attribute(.alt, "A picture of each scene of the film"))
        h2("Files")
        ul {
            for (kind, name) in result.kinds {
                li { a(.href(path(name).asking("download", "1"))) { "\(FilmWords.kind(kind)): \(name)" } }
            }
        }
    }

    private func player(_ name: String, poster: String, captions: String?, label: String) -> Markup {
        Tag("video")(
            .flag(.controls),
            Attribute(.preload, "metadata"),
            .poster(path(poster)),
            .aria("label", "\(label): \(film.title)")
        ) {
            VoidTag("source")(.src(path(name)), .type("video/mp4"))
            if let captions {
                VoidTag("track")(
                    Attribute(.kind, "captions"),
                    .src(path(captions)),
                    Attribute(.srclang, "en"),
                    Attribute(.label, "Captions")
                )
            }
            a(.href(path(name))) { "This browser shows no video; fetch the film." }
        }
    }
}
